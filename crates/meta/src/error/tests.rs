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
