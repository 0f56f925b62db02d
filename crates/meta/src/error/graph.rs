//! Errors of the Graph API, Messenger and Instagram.
//!
//! Sources: Graph API "Handle errors"; Messenger Platform "Error codes" (25 June 2026). Rows with a
//! subcode stand before the row of their code alone: the first match counts.

use super::{
    Class::{self, Account, Control, Permanent, Recipient, UnknownOutcome, Window},
    Scope,
    table::{Row, bare, bares, code, codes, sub, subs, throttle},
};

const TRANSIENT: Class = Class::Transient { retries: 4 };
const FETCH: Class = Class::Transient { retries: 2 };

const APP: Class = throttle(Scope::App, 60);
const ACCOUNT: Class = throttle(Scope::Account, 60);
const PAIR: Class = throttle(Scope::Pair, 60);
/// What Meta counts by the hour.
const HOURLY: Class = throttle(Scope::Account, 300);

const META_DOWN: &str = "Meta had a passing problem and did not take the message.";
const TOO_FAST: &str = "Meta wants us to send more slowly; the message waits.";
const WINDOW: &str =
    "Too long ago: Meta takes an answer only for some time after the customer last wrote.";
const NO_PERMISSION: &str =
    "Our app may not do this for the account; an administrator has to check its permissions.";
const TOKEN: &str =
    "Our access to the account has ended; an administrator has to connect it again.";
const UNREACHABLE: &str = "The customer cannot be reached: they blocked the business, closed the \
                           account or do not take messages.";
const UNKNOWN_CUSTOMER: &str = "Meta does not know this customer for this account.";
const NOT_VALID: &str = "Meta did not accept the message: a part of it is not valid.";
const MEDIA: &str = "Meta could not take the attachment: too big, of the wrong kind, or expired.";
const FETCH_FAILED: &str = "Meta could not fetch the attachment from its link.";
const ELSEWHERE: &str =
    "Another app, such as the Page's inbox, has this conversation; take it over there first.";
const OPTED_OUT: &str = "The customer stopped these messages.";
const RESTRICTED: &str =
    "Meta has restricted the account; an administrator has to look at its notices at Meta.";
const PROFILE: &str = "The customer's profile is not available to us.";

/// The table.
pub(super) const ROWS: &[Row] = &[
    // Who has the thread: listed without a code, so found in either place, before all else.
    bare(2_018_300, Control, ELSEWHERE),
    bare(2_018_321, Control, "Meta's automated answers have this conversation at the moment."),
    bare(2_018_171, Control, ELSEWHERE),
    bare(2_018_234, Control, ELSEWHERE),
    sub(100, 2_534_037, Control, ELSEWHERE),
    bare(2_018_218, Permanent, PROFILE),
    bare(2_018_247, Permanent, PROFILE),
    bare(2_018_144, Permanent, "The account may not send more games now."),
    bare(36_103, Account, "The Instagram account may not use the messaging API."),
    bares(2_018_389, 2_018_396, Permanent, "Meta did not accept the call."),
    // Meta's side.
    sub(1, 1_357_046, UnknownOutcome, "Meta's answer was broken; the message may have arrived."),
    sub(1, 2_018_382, Permanent, NOT_VALID),
    sub(2, 2_018_344, Permanent, "Meta did not take the message for reasons of privacy."),
    code(1, TRANSIENT, META_DOWN),
    code(2, TRANSIENT, META_DOWN),
    code(1_200, TRANSIENT, META_DOWN),
    // Too fast.
    sub(4, 2_018_022, HOURLY, TOO_FAST),
    sub(4, 2_018_354, PAIR, "The customer got such a message too recently; this one waits."),
    code(4, APP, TOO_FAST),
    sub(9, 2_018_352, HOURLY, "Too many opt-in requests; this one waits."),
    code(17, APP, TOO_FAST),
    code(32, HOURLY, TOO_FAST),
    code(341, APP, TOO_FAST),
    sub(
        613,
        2_018_338,
        Recipient,
        "The customer got too many late answers; wait until the customer writes again.",
    ),
    sub(613, 1_893_016, Permanent, "The customer was asked to opt in to this already."),
    code(613, ACCOUNT, TOO_FAST),
    codes(80_001, 80_002, HOURLY, TOO_FAST),
    code(80_006, HOURLY, TOO_FAST),
    // Ten: permission, unless the subcode says otherwise.
    sub(10, 2_018_278, Window, WINDOW),
    sub(10, 2_534_022, Window, WINDOW),
    sub(10, 2_018_065, Window, WINDOW),
    sub(10, 2_018_108, Recipient, UNREACHABLE),
    sub(10, 1_893_015, Recipient, OPTED_OUT),
    sub(10, 1_893_063, Account, RESTRICTED),
    sub(10, 2_534_077, Account, "The Instagram account must be linked anew or confirm its login."),
    sub(10, 1_404_170, Permanent, "Meta has stopped opt-in requests from this Page for now."),
    sub(10, 2_018_336, Permanent, "Meta did not take the message for reasons of privacy."),
    code(10, Account, NO_PERMISSION),
    code(3, Account, NO_PERMISSION),
    // A hundred: the parameters.
    sub(100, 33, Account, "The account is gone or our app may not use it any more."),
    sub(100, 2_018_001, Recipient, UNKNOWN_CUSTOMER),
    sub(100, 2_534_014, Recipient, UNKNOWN_CUSTOMER),
    sub(100, 2_018_008, FETCH, FETCH_FAILED),
    sub(100, 2_018_294, FETCH, "Meta took too long to fetch the video from its link."),
    sub(100, 2_018_109, Permanent, MEDIA),
    sub(100, 2_018_047, Permanent, MEDIA),
    sub(100, 2_018_074, Permanent, MEDIA),
    sub(100, 2_018_014, Permanent, NOT_VALID),
    sub(100, 2_018_034, Permanent, "Meta takes no empty message."),
    sub(100, 2_018_164, Permanent, NOT_VALID),
    sub(100, 2_018_320, Permanent, NOT_VALID),
    sub(100, 2_018_328, Permanent, NOT_VALID),
    sub(100, 2_534_013, Account, "The Page is not linked to an Instagram account."),
    sub(100, 2_534_029, Account, RESTRICTED),
    sub(100, 2_534_015, Permanent, NOT_VALID),
    sub(100, 2_534_025, Permanent, "This comment cannot be answered privately."),
    subs(100, 2_018_173, 2_018_188, Permanent, NOT_VALID),
    code(100, Permanent, NOT_VALID),
    code(33, Account, "The account is gone or our app may not use it any more."),
    // The token.
    sub(
        190,
        458,
        Account,
        "Our app was removed from the account; an administrator has to connect it again.",
    ),
    sub(190, 459, Account, "Facebook wants the token's owner to log in and confirm who they are."),
    sub(
        190,
        460,
        Account,
        "The token's owner changed the password; an administrator has to connect the account again.",
    ),
    sub(190, 463, Account, TOKEN),
    sub(190, 464, Account, "Facebook wants the token's owner to confirm their account."),
    sub(190, 467, Account, TOKEN),
    sub(190, 492, Account, "The token's owner has no role on the Page any more."),
    code(190, Account, TOKEN),
    code(102, Account, TOKEN),
    code(104, Account, TOKEN),
    // Permissions.
    sub(200, 1_545_041, Recipient, UNREACHABLE),
    code(551, Recipient, UNREACHABLE),
    sub(
        200,
        2_018_028,
        Account,
        "Our app is not live or not reviewed, so it may write only to its testers.",
    ),
    sub(
        200,
        2_534_041,
        Account,
        "The Instagram account's owner has switched off access to messages.",
    ),
    codes(200, 299, Account, NO_PERMISSION),
    code(368, Account, RESTRICTED),
    code(2_022, Account, "Meta has switched off commerce for the account."),
    // One message.
    code(
        10_303,
        Permanent,
        "The account-linking token has expired; the customer has to begin again.",
    ),
    code(9_000_001, Permanent, "The message was deleted."),
];
