//! Reading errors, and what the tables say of telling ones.

use super::*;

fn error(code: i64, subcode: Option<i64>) -> GraphError {
    GraphError { code, subcode, ..GraphError::default() }
}

fn class(channel: Channel, code: i64, subcode: Option<i64>) -> Class {
    error(code, subcode).verdict(channel).class
}

#[test]
fn the_subcode_decides_before_the_code() {
    let graph = |code, subcode| class(Channel::Messenger, code, subcode);
    assert_eq!(graph(10, Some(2_018_278)), Class::Window);
    assert_eq!(graph(10, Some(2_534_022)), Class::Window);
    assert_eq!(graph(10, None), Class::Account);
    assert_eq!(graph(200, Some(1_545_041)), Class::Recipient);
    assert_eq!(graph(200, Some(4)), Class::Account);
    assert_eq!(graph(230, None), Class::Account);
    assert_eq!(graph(1, Some(1_357_046)), Class::UnknownOutcome);
    assert_eq!(graph(1, None), Class::Transient { retries: 4 });
    assert_eq!(graph(100, Some(2_018_180)), Class::Permanent);
    assert_eq!(graph(190, Some(460)), Class::Account);
}

#[test]
fn what_is_listed_without_a_code_is_found_as_code_and_as_subcode() {
    for channel in [Channel::Messenger, Channel::Instagram] {
        assert_eq!(class(channel, 2_018_300, None), Class::Control);
        assert_eq!(class(channel, 100, Some(2_018_300)), Class::Control);
        assert_eq!(class(channel, 100, Some(2_534_037)), Class::Control);
    }
}

#[test]
fn a_throttle_names_what_has_to_wait() {
    let scope = |code| match error(code, None).verdict(Channel::WhatsApp).retry() {
        Retry::After { scope, .. } => Some(scope),
        _ => None,
    };
    assert_eq!(scope(131_056), Some(Scope::Pair));
    assert_eq!(scope(130_429), Some(Scope::Account));
    assert_eq!(scope(80_007), Some(Scope::Business));
    assert_eq!(scope(4), Some(Scope::App));
    assert_eq!(scope(131_047), None);
    // The platform's own codes hold for WhatsApp too.
    assert_eq!(scope(613), Some(Scope::Account));
}

/// Every code that Meta's pages name (Messenger Platform "Error codes", Graph API "Handle errors",
/// WhatsApp "Error codes"): none falls to the default.
#[test]
fn every_code_that_meta_names_is_known() {
    const GRAPH: &[(i64, &[i64])] = &[
        (1, &[1_357_046, 2_018_382]),
        (2, &[2_018_344]),
        (4, &[2_018_022, 2_018_354]),
        (9, &[2_018_352]),
        (
            10,
            &[
                2_018_278, 2_534_022, 2_018_065, 2_018_108, 1_893_015, 1_893_063, 2_534_077,
                1_404_170, 2_018_336,
            ],
        ),
        (
            100,
            &[
                33, 2_018_001, 2_018_008, 2_018_294, 2_018_109, 2_018_047, 2_018_074, 2_018_014,
                2_018_034, 2_018_164, 2_018_320, 2_018_328, 2_534_013, 2_534_014, 2_534_015,
                2_534_025, 2_534_029, 2_534_037, 2_018_173, 2_018_188,
            ],
        ),
        (190, &[458, 459, 460, 463, 464, 467, 492]),
        (200, &[2_018_028, 2_018_021, 2_018_027, 2_534_041, 1_545_041]),
        (613, &[1_996, 2_534_040, 2_018_338, 1_893_016]),
    ];
    const BARE: &[i64] = &[
        3, 17, 32, 33, 102, 230, 299, 341, 368, 551, 1_200, 2_022, 10_303, 36_103, 80_001, 80_002,
        80_006, 2_018_144, 2_018_171, 2_018_218, 2_018_234, 2_018_247, 2_018_300, 2_018_321,
        2_018_389, 2_018_396, 9_000_001,
    ];
    const WHATSAPP: &[i64] = &[
        0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 299, 368, 80_007, 130_429, 130_472, 130_497, 131_000,
        131_005, 131_008, 131_009, 131_014, 131_016, 131_020, 131_021, 131_026, 131_030, 131_031,
        131_037, 131_041, 131_042, 131_044, 131_045, 131_047, 131_048, 131_049, 131_050, 131_051,
        131_052, 131_053, 131_055, 131_056, 131_057, 131_059, 131_062, 131_063, 131_064, 132_000,
        132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_068, 132_069, 133_000,
        133_004, 133_005, 133_006, 133_008, 133_009, 133_010, 133_015, 133_016, 134_011, 134_100,
        134_101, 134_102, 135_000, 137_000, 139_000, 139_003, 139_100, 139_103, 147_001, 147_005,
        2_388_000, 2_388_999, 2_494_100,
    ];
    let known = |channel, code, subcode| {
        let verdict = error(code, subcode).verdict(channel);
        assert!(verdict.known, "{channel}: {code}/{subcode:?}");
    };
    for (code, subcodes) in GRAPH {
        // Nine is named with its subcode only.
        if *code != 9 {
            known(Channel::Messenger, *code, None);
        }
        subcodes.iter().for_each(|subcode| known(Channel::Messenger, *code, Some(*subcode)));
    }
    BARE.iter().for_each(|code| known(Channel::Instagram, *code, None));
    WHATSAPP.iter().for_each(|code| known(Channel::WhatsApp, *code, None));
}

#[test]
fn only_a_known_code_stops_an_account() {
    for channel in Channel::ALL {
        let unknown = error(987_654, None).verdict(channel);
        assert!(!unknown.known && !unknown.stops_account());
        assert_eq!(unknown.retry(), Retry::Never);
        assert!(error(190, Some(463)).verdict(channel).stops_account());
    }
    let passing = GraphError { is_transient: true, ..error(987_654, None) };
    assert_eq!(passing.verdict(Channel::WhatsApp).retry(), Retry::Times(3));
}

#[test]
fn the_advice_names_the_code() {
    let advice = error(10, Some(2_018_278)).advice(Channel::Messenger);
    assert!(advice.ends_with("(Meta error 10/2018278)"), "{advice}");
    let advice = error(131_047, None).advice(Channel::WhatsApp);
    assert!(advice.contains("template") && advice.ends_with("(Meta error 131047)"), "{advice}");
}

#[test]
fn errors_are_read_tolerantly() {
    let read = |text: &str| GraphError::parse(text.as_bytes());
    let full = read(
        r#"{"error":{"message":"(#10) Outside","type":"OAuthException","code":"10",
            "error_subcode":2018278,"is_transient":false,"error_user_title":"Too late",
            "error_user_msg":"Sie sind zu sp\u00e4t","error_data":{"details":"more"},
            "fbtrace_id":"Ab1"}}"#,
    );
    insta::assert_debug_snapshot!(full);
    assert_eq!(read(r#"{"error":{"error_data":"text","code":null}}"#), Some(GraphError::default()));
    assert_eq!(read(r#"{"error":"denied"}"#).unwrap().message.as_deref(), Some("denied"));
    assert_eq!(read(r#"{"errors":[{"code":131000,"title":"Oops"}]}"#).unwrap().code, 131_000);
    assert_eq!(read(r#"{"message_id":"m_1"}"#), None);
    assert_eq!(read("<html>502</html>"), None);
    assert_eq!(read(""), None);
}
