"""The tables, a file a subject."""

from db.models.access import (
    Approval,
    Chat,
    CodeGuess,
    Consent,
    Dialog,
    Link,
    LinkClaim,
    OfficerLock,
    RoleGrant,
    Slip,
)
from db.models.base import Base
from db.models.employee import Employee, EmployeeNumber, RosterImport, Superior, Unit
from db.models.office import AuditEntry, AuditHead, Fact, OfficeRulesUsed, Tick
from db.models.subjects import Announcement, BenefitTap, Request, RequestMessage
from db.models.surveys import (
    SurveyAnswer,
    SurveyBallot,
    SurveyDraft,
    SurveyLook,
    SurveyParticipant,
    SurveyPublication,
    SurveyRound,
    SurveyVersion,
)
from db.models.traffic import Batch, Budget, ChatQueue, Lease, Outbox, Shown, Update

__all__ = [
    "Announcement",
    "Approval",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Batch",
    "BenefitTap",
    "Budget",
    "Chat",
    "ChatQueue",
    "CodeGuess",
    "Consent",
    "Dialog",
    "Employee",
    "EmployeeNumber",
    "Fact",
    "Lease",
    "Link",
    "LinkClaim",
    "OfficeRulesUsed",
    "OfficerLock",
    "Outbox",
    "Request",
    "RequestMessage",
    "RoleGrant",
    "RosterImport",
    "Shown",
    "Slip",
    "Superior",
    "SurveyAnswer",
    "SurveyBallot",
    "SurveyDraft",
    "SurveyLook",
    "SurveyParticipant",
    "SurveyPublication",
    "SurveyRound",
    "SurveyVersion",
    "Tick",
    "Unit",
    "Update",
]
