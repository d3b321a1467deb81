"""Who may what: one hand-written table of every command, button and step; checked at the door, every time."""

from dataclasses import dataclass

from db.people import Person


@dataclass(frozen=True)
class Right:
    """What an act asks for: a level of identity and, where named, one of these roles."""

    level: int = 0
    roles: tuple[str, ...] = ()

    def allows(self, person: Person) -> bool:
        """Tell whether a person may; a frozen link opens nothing that needs one."""
        if self.level and person.frozen:
            return False
        return person.level >= self.level and (not self.roles or person.has(*self.roles))


ANYBODY = Right()
LINKED = Right(1)
CONFIRMED = Right(2)


def roles(*names: str) -> Right:
    """Ask for one of these roles; every role needs level 2."""
    return Right(2, names)


EVERY_ROLE = roles("admin", "officer", "analyst", "counsellor", "unit_operator", "leader")
OFFICER = roles("officer")
ANSWERING = roles("officer", "counsellor")
KEEPING = roles("officer", "unit_operator")
ADMIN = roles("admin")
RESULTS = roles("officer", "analyst", "counsellor", "leader")

RIGHTS: dict[str, Right] = {
    # general
    "/start": ANYBODY,
    "/menu": ANYBODY,
    "/bahasa": ANYBODY,
    "/bantuan": ANYBODY,
    "/batal": ANYBODY,
    "lang": ANYBODY,
    "menu": ANYBODY,
    "cancel": ANYBODY,
    # joining
    "join_unit": ANYBODY,
    "join_yes": ANYBODY,
    "join_no": ANYBODY,
    "join_wrong": ANYBODY,
    # benefits
    "/manfaat": LINKED,
    "topics": LINKED,
    "card": LINKED,
    "clear": LINKED,
    "unclear": LINKED,
    # questions
    "/tanya": LINKED,
    "ask": LINKED,
    ">question": LINKED,
    "callme": LINKED,
    "<announcement": LINKED,
    "isquestion": LINKED,
    "own": LINKED,
    "thread": LINKED,
    "settled": LINKED,
    "again": LINKED,
    ">again": LINKED,
    # answering surveys
    "/survei": LINKED,
    "sv_list": LINKED,
    "sv_open": LINKED,
    "sv_choose": LINKED,
    "sv_pick": LINKED,
    "sv_unit": LINKED,
    "sv_page": LINKED,
    "sv_next": LINKED,
    "sv_skip": LINKED,
    "sv_back": LINKED,
    "sv_edit": LINKED,
    "sv_finish": LINKED,
    "sv_decline": LINKED,
    "sv_review": LINKED,
    "sv_send": LINKED,
    ">survey": LINKED,
    # trying one out
    "sv_try": OFFICER,
    "svt_as": OFFICER,
    "svt_open": OFFICER,
    "svt_choose": OFFICER,
    "svt_pick": OFFICER,
    "svt_unit": OFFICER,
    "svt_page": OFFICER,
    "svt_next": OFFICER,
    "svt_skip": OFFICER,
    "svt_back": OFFICER,
    "svt_edit": OFFICER,
    "svt_finish": OFFICER,
    "svt_decline": OFFICER,
    "svt_review": OFFICER,
    "svt_send": OFFICER,
    ">try_survey": OFFICER,
    # reminders of a survey
    "rem_quiet": LINKED,
    # surveys on paper
    "svp": KEEPING,
    "svp_list": KEEPING,
    "svp_form": KEEPING,
    "svp_sheet": KEEPING,
    "svp_upload": KEEPING,
    ">survey_paper": KEEPING,
    "svp_save": KEEPING,
    "svp_drop": KEEPING,
    # one's own data
    "/data_saya": LINKED,
    "md_list": LINKED,
    "md_survey": LINKED,
    "md_download": LINKED,
    "md_delete": LINKED,
    "md_deleted": LINKED,
    "md_inner": LINKED,
    "md_inner_yes": LINKED,
    # the office's menu and health
    "/kantor": EVERY_ROLE,
    "health": roles("admin"),
    "endhold": roles("admin"),
    # roster and links
    "/pegawai": KEEPING,
    "links": KEEPING,
    "newlink": KEEPING,
    "confirm": KEEPING,
    "reject": KEEPING,
    "claims": KEEPING,
    "contested": KEEPING,
    "keepold": KEEPING,
    "passon": KEEPING,
    "slips": KEEPING,
    "unitslips": KEEPING,
    "printslips": KEEPING,
    "oneslip": KEEPING,
    "findperson": KEEPING,
    ">find_person": KEEPING,
    "person": KEEPING,
    # the roster's file
    "roupload": OFFICER,
    "rotemplate": OFFICER,
    ">roster_file": OFFICER,
    "roagencies": OFFICER,
    "rosave": OFFICER,
    "rodrop": OFFICER,
    "rocomplete": OFFICER,
    "rochoose": OFFICER,
    "rocheck": OFFICER,
    "roleaving": OFFICER,
    "roapprove": OFFICER,
    "roreturn": OFFICER,
    ">roster_reason": OFFICER,
    # announcements
    "/siaran": OFFICER,
    ">announcement_text": OFFICER,
    ">announcement_default": OFFICER,
    ">announcement_reason": OFFICER,
    "ann_open": OFFICER,
    "ann_rewrite": OFFICER,
    "ann_drop": OFFICER,
    "ann_whom": OFFICER,
    "ann_everyone": OFFICER,
    "ann_agencies": OFFICER,
    "ann_agency": OFFICER,
    "ann_unit": OFFICER,
    "ann_resp": OFFICER,
    "ann_round": OFFICER,
    "ann_part": OFFICER,
    "ann_question": OFFICER,
    "ann_option": OFFICER,
    "ann_answer": OFFICER,
    "ann_count": OFFICER,
    "ann_leave": OFFICER,
    "ann_default": OFFICER,
    "ann_preview": OFFICER,
    "ann_send": OFFICER,
    "ann_again": OFFICER,
    "ann_schedule": OFFICER,
    "ann_approve": OFFICER,
    "ann_return": OFFICER,
    "ann_withdraw": OFFICER,
    "ann_pause": OFFICER,
    "ann_resume": OFFICER,
    "ann_cancel": OFFICER,
    "ann_report": OFFICER,
    # running surveys
    "/kelola_survei": OFFICER,
    ">survey_file": OFFICER,
    ">survey_deadline": OFFICER,
    "svk_list": OFFICER,
    "svk_survey": OFFICER,
    "svk_all": OFFICER,
    "svk_pick": OFFICER,
    "svk_excel": OFFICER,
    "svk_copy": OFFICER,
    "svk_publish": OFFICER,
    "svk_drop": OFFICER,
    "svk_dropped": OFFICER,
    "svk_upload": OFFICER,
    "svk_template": OFFICER,
    "svk_round": OFFICER,
    "svk_whom": OFFICER,
    "svk_agencies": OFFICER,
    "svk_agency": OFFICER,
    "svk_unit": OFFICER,
    "svk_kinds": OFFICER,
    "svk_kind": OFFICER,
    "svk_cuts": OFFICER,
    "svk_cut": OFFICER,
    "svk_until": OFFICER,
    "svk_days": OFFICER,
    "svk_give_up": OFFICER,
    "svk_start": OFFICER,
    "svk_rates": OFFICER,
    "svk_units": OFFICER,
    "svk_close": OFFICER,
    "svk_closed": OFFICER,
    # results of surveys: aggregates; what only some may read in them follows from their roles
    "svr_list": RESULTS,
    "svr": RESULTS,
    "svr_q": RESULTS,
    "svr_cut": RESULTS,
    "svr_file": RESULTS,
    "svr_ask": OFFICER,
    "svr_publish": OFFICER,
    # following up
    "/tindak_lanjut": ANSWERING,
    "waiting": ANSWERING,
    "request": ANSWERING,
    "answer": ANSWERING,
    ">answer": ANSWERING,
    "takeover": ANSWERING,
    # roles
    "/peran": ADMIN,
    "rolelist": ADMIN,
    "rolesof": ADMIN,
    "addrole": ADMIN,
    ">whom": ADMIN,
    "pickrole": ADMIN,
    "roleunit": ADMIN,
    "roleagency": ADMIN,
    "grantrole": ADMIN,
    "endrole": ADMIN,
    "lock": ADMIN,
    "unlock": ADMIN,
    "adminasked": ADMIN,
    "adminyes": ADMIN,
    "adminback": ADMIN,
    ">adminback": ADMIN,
}
"""`/command`, button code, `>step` or `<purpose` (a reply to a message of ours) → right.

A key that is missing here cannot be registered. Texts and files are answered only at a step that stands here.
"""
