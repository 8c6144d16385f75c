"""All rules of the tables that a contract cannot express.

They look only at cells that are sound by the contract, so one defect gives one finding.
"""

from __future__ import annotations

from scripts.contract import Contract
from scripts.rules.check import Check
from scripts.rules.codes import code_rules
from scripts.rules.corrections import correction_rules
from scripts.rules.documents import document_rules
from scripts.rules.entities import entity_rules
from scripts.rules.places import place_rules
from scripts.rules.printed_tables import printed_rules
from scripts.rules.printed_values import printed_value_rules
from scripts.rules.values import value_rules
from scripts.rules.verdicts import verdict_rules


def rules(contract: Contract) -> list[Check]:
    return [
        *value_rules(),
        *printed_rules(),
        *printed_value_rules(),
        *verdict_rules(),
        *correction_rules(contract),
        *entity_rules(contract),
        *code_rules(contract),
        *document_rules(contract),
        *place_rules(),
    ]
