//! Errors of the WhatsApp Cloud API. They may come in the answer, in a later `failed` status, or
//! both.
//!
//! Source: WhatsApp Business Platform "Error codes" (December 2025; May 2026 in part). Only the
//! code counts: subcodes are gone since v16.

use super::{
    Class::{self, Account, Permanent, Recipient, Window},
    Scope,
    table::{Row, code, codes, throttle},
};

const TRANSIENT: Class = Class::Transient { retries: 4 };
const FETCH: Class = Class::Transient { retries: 1 };

const APP: Class = throttle(Scope::App, 60);
const NUMBER: Class = throttle(Scope::Account, 2);
/// Meta answers 4^X seconds for the wait, X from 0.
const PAIR: Class = throttle(Scope::Pair, 1);
/// Limits that only time and good behaviour lift.
const LONG: Class = throttle(Scope::Account, 3_600);
/// Ten messages an hour with a form that Meta has found trouble with. Others are as fast as ever,
/// so what waits is this message, and what follows it in its conversation.
const FORM: Class = throttle(Scope::Pair, 360);
const BUSINESS: Class = throttle(Scope::Business, 60);

const META_DOWN: &str = "Meta had a passing problem and did not take the message.";
const TOO_FAST: &str = "WhatsApp wants us to send more slowly; the message waits.";
const NO_PERMISSION: &str =
    "Our app may not do this for the account; an administrator has to check its permissions.";
const NOT_VALID: &str = "WhatsApp did not accept the message: a part of it is not valid.";
const TEMPLATE: &str =
    "WhatsApp did not accept the template: its name, language, text or parameters do not fit.";
const TEMPLATE_OFF: &str = "WhatsApp has paused or disabled this template.";
const SETUP: &str = "The phone number is not set up; an administrator has to register it at Meta.";
const RESTRICTED: &str =
    "Meta has restricted the account; an administrator has to look at its notices at Meta.";
const UNREACHABLE: &str =
    "WhatsApp cannot reach this number: not on WhatsApp, an old app, or new terms not accepted.";
const GROUP: &str = "WhatsApp does not take this message for a group.";
const MARKETING: &str = "WhatsApp's marketing messages cannot be used this way.";
const FLOW: &str = "WhatsApp did not take the form in this message.";
const ADMIN: &str = "WhatsApp refused a change of the account's settings.";

/// The table.
pub(super) const ROWS: &[Row] = &[
    code(
        0,
        Account,
        "Our access to the account has ended; an administrator has to connect it again.",
    ),
    code(
        190,
        Account,
        "Our access to the account has ended; an administrator has to connect it again.",
    ),
    code(1, TRANSIENT, META_DOWN),
    code(2, TRANSIENT, META_DOWN),
    code(131_000, TRANSIENT, META_DOWN),
    code(131_016, TRANSIENT, META_DOWN),
    // Too fast.
    code(4, APP, TOO_FAST),
    code(80_007, BUSINESS, TOO_FAST),
    code(80_008, BUSINESS, TOO_FAST),
    code(130_429, NUMBER, TOO_FAST),
    code(
        131_048,
        LONG,
        "WhatsApp limits this number because customers blocked or reported it; the message waits.",
    ),
    code(131_056, PAIR, "Too many messages to this customer at once; the message waits."),
    code(
        131_057,
        throttle(Scope::Account, 60),
        "WhatsApp is working on this number; the message waits.",
    ),
    code(
        131_064,
        LONG,
        "WhatsApp limits this number because templates have the wrong category; the message waits.",
    ),
    code(133_016, LONG, "The number was registered too often; wait before trying again."),
    // The account.
    codes(200, 299, Account, NO_PERMISSION),
    code(3, Account, NO_PERMISSION),
    code(10, Account, NO_PERMISSION),
    code(131_005, Account, NO_PERMISSION),
    code(33, Account, "The phone number is gone or our app may not use it any more."),
    code(368, Account, RESTRICTED),
    code(
        131_031,
        Account,
        "Meta has locked the account; an administrator has to look at its notices at Meta.",
    ),
    code(131_037, Account, "The number's display name is not approved yet."),
    code(131_045, Account, SETUP),
    code(133_010, Account, SETUP),
    code(
        131_042,
        Account,
        "WhatsApp cannot charge the account; an administrator has to check the payment method.",
    ),
    code(
        131_044,
        Account,
        "WhatsApp cannot charge the account; an administrator has to check the payment method.",
    ),
    code(
        134_011,
        Account,
        "The terms for payments are not accepted; an administrator has to accept them at Meta.",
    ),
    code(133_000, Account, SETUP),
    codes(133_004, 133_006, Account, SETUP),
    codes(133_008, 133_009, Account, SETUP),
    code(133_015, Account, SETUP),
    // The window.
    code(
        131_047,
        Window,
        "Over 24 hours since the customer wrote; WhatsApp now takes only a template.",
    ),
    // The customer.
    code(
        130_472,
        Recipient,
        "WhatsApp keeps this customer from marketing messages for an experiment.",
    ),
    code(
        130_497,
        Recipient,
        "WhatsApp does not let the account write to customers of this country.",
    ),
    code(131_026, Recipient, UNREACHABLE),
    code(
        131_030,
        Recipient,
        "The number is in test mode and this customer is not among its testers.",
    ),
    code(
        131_049,
        Recipient,
        "WhatsApp did not deliver this so that the customer gets less marketing; wait a day.",
    ),
    code(131_050, Recipient, "The customer stopped marketing messages from the business."),
    // One message.
    code(100, Permanent, NOT_VALID),
    codes(131_008, 131_009, Permanent, NOT_VALID),
    code(131_021, Permanent, "The number cannot write to itself."),
    code(131_051, Permanent, "WhatsApp does not take this kind of message."),
    code(131_052, Permanent, "WhatsApp could not give us the customer's file; ask for it again."),
    code(
        131_053,
        FETCH,
        "WhatsApp could not take the file: too big, of the wrong kind, or its link failed.",
    ),
    code(131_014, Permanent, "The file's link leads nowhere."),
    code(131_059, Permanent, NOT_VALID),
    code(
        131_062,
        Permanent,
        "This message needs the customer's phone number, which we do not have.",
    ),
    code(131_020, Permanent, GROUP),
    code(131_041, Permanent, GROUP),
    code(135_000, Permanent, NOT_VALID),
    code(
        137_000,
        Permanent,
        "The customer's identity changed; confirm it is still them before writing.",
    ),
    // Templates and forms.
    code(132_000, Permanent, TEMPLATE),
    code(132_001, Permanent, "There is no such template in this language, or it is not approved."),
    code(132_005, Permanent, TEMPLATE),
    codes(132_007, 132_008, Permanent, TEMPLATE),
    code(132_012, Permanent, TEMPLATE),
    codes(132_015, 132_016, Permanent, TEMPLATE_OFF),
    code(132_068, Permanent, FLOW),
    code(132_069, FORM, "WhatsApp limits this form to a few messages an hour; the message waits."),
    // Marketing messages.
    code(131_055, Permanent, MARKETING),
    code(131_063, Permanent, MARKETING),
    code(134_100, Permanent, MARKETING),
    code(
        134_101,
        throttle(Scope::Account, 600),
        "WhatsApp is still preparing the template; the message waits.",
    ),
    code(134_102, Permanent, MARKETING),
    // Calls of administration, never of a send.
    codes(139_000, 139_003, Permanent, FLOW),
    codes(139_100, 139_103, Permanent, "WhatsApp did not block or unblock the customer."),
    codes(147_001, 147_005, Permanent, ADMIN),
    codes(2_388_000, 2_388_999, Permanent, ADMIN),
    code(2_494_100, TRANSIENT, "The account is under maintenance at Meta."),
];
