//! Name and password on our own page, checked by the business.

use serde_json::json;
use switchboard_testkit::business::{ADA, BROKEN, CLOSED};

use super::{Desk, META, PSID, desk::location};

#[tokio::test]
async fn who_knows_the_password_goes_back_with_a_code() {
    let desk = Desk::with_endpoint().await;
    let (page, session) = desk.open().await;
    assert!(page.contains("Log in to Tea &#38; &#60;Co&#62;"), "{page}");
    assert!(!page.contains("<script"), "no scripts are needed");

    let answer = desk.log_in(&session, ADA.username, ADA.password).await;
    let login = desk.code(&answer).unwrap();
    assert_eq!(login.psid, PSID);
    assert_eq!(login.customer_number, ADA.number);
    assert_eq!(login.customer_name.as_deref(), Some(ADA.name));
    assert_eq!(login.nonce.to_string(), session, "it is bound to the session");
    assert_eq!(desk.business.asked(), [ADA.username]);

    let again = desk.log_in(&session, ADA.username, ADA.password).await;
    assert_eq!(again.status(), 400, "the session is over");
    desk.stop().await;
}

#[tokio::test]
async fn the_page_is_kept_and_framed_by_nobody() {
    let desk = Desk::with_endpoint().await;
    let answer = desk.get(&desk.link(META)).await;
    let headers = answer.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let style = desk.get(&desk.rig.url("/meta/page.css")).await;
    assert_eq!(style.status(), 200);
    desk.stop().await;
}

#[tokio::test]
async fn who_does_not_know_the_password_may_try_again() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open().await;
    let wrong = desk.log_in(&session, "ada\"><b>", "wrong").await;
    assert_eq!(wrong.status(), 403);
    let page = wrong.text().await.unwrap();
    assert!(page.contains("That is not right"), "{page}");
    assert!(page.contains("value=\"ada&#34;&#62;&#60;b&#62;\""), "the name stays, escaped: {page}");
    assert!(!page.contains("wrong\""), "the password does not");
    let closed = desk.log_in(&session, CLOSED, "x").await.text().await.unwrap();
    assert!(closed.contains("Your account is &#60;closed&#62;."), "{closed}");
    let nothing = desk.log_in(&session, " ", "").await;
    assert_eq!(nothing.status(), 403);
    let right = desk.log_in(&session, ADA.username, ADA.password).await;
    assert!(desk.code(&right).is_some());
    desk.stop().await;
}

#[tokio::test]
async fn guessing_ends() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open().await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(desk.log_in(&session, ADA.username, "guess").await.status().as_u16());
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429]);
    assert_eq!(desk.business.asked().len(), 5, "the business is not asked any more");
    let right = desk.log_in(&session, ADA.username, ADA.password).await;
    assert_eq!(right.status(), 429, "nor is the right password tried");
    let (_, other) = desk.open().await;
    let same = desk.log_in(&other, "grace", "guess").await;
    assert_eq!(same.status(), 429, "another page does not help the same customer of Meta's");
    desk.stop().await;
}

#[tokio::test]
async fn who_cancels_goes_back_without_a_code() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open().await;
    let answer = desk.submit(&session, &[("action", "cancel")]).await;
    assert_eq!(location(&answer).as_str(), META);
    assert!(desk.business.asked().is_empty());
    desk.stop().await;
}

#[tokio::test]
async fn a_token_that_is_over_is_explained_and_leads_back_without_a_code() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open_for(json!({ "expired": true })).await;
    let answer = desk.log_in(&session, ADA.username, ADA.password).await;
    assert_eq!(answer.status(), 410);
    let page = answer.text().await.unwrap();
    assert!(page.contains("took too long") && page.contains("Back to the chat"), "{page}");
    assert!(page.contains("account_linking_token=ARQ%2Ftoken\""), "{page}");
    assert!(!page.contains("authorization_code"));
    assert!(desk.business.asked().is_empty(), "no password is sent anywhere");
    desk.stop().await;
}

#[tokio::test]
async fn a_business_that_breaks_is_explained() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open().await;
    let answer = desk.log_in(&session, BROKEN, "x").await;
    assert_eq!(answer.status(), 502);
    let page = answer.text().await.unwrap();
    assert!(page.contains("does not work just now") && page.contains("Back to the chat"));
    desk.stop().await;
}

#[tokio::test]
async fn another_browser_cannot_go_on() {
    let desk = Desk::with_endpoint().await;
    let (_, session) = desk.open().await;
    desk.forget_cookies();
    let answer = desk.log_in(&session, ADA.username, ADA.password).await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("did not keep the log-in"));
    let invented = desk.log_in("no session", ADA.username, ADA.password).await;
    assert_eq!(invented.status(), 400);
    assert!(desk.business.asked().is_empty());
    desk.stop().await;
}

#[tokio::test]
async fn only_meta_is_gone_back_to() {
    let desk = Desk::with_endpoint().await;
    for back in [
        "https://evil.example/",
        "https://facebook.com.evil.example/",
        "http://www.facebook.com/",
        "https://www.facebook.com/?authorization_code=theirs",
        "javascript:alert(1)",
        "",
    ] {
        let answer = desk.get(&desk.link(back)).await;
        assert_eq!(answer.status(), 400, "{back}");
        let page = answer.text().await.unwrap();
        assert!(!page.contains("Back to the chat"), "{back}: {page}");
    }
    for path in ["", "?redirect_uri=https%3A%2F%2Fwww.facebook.com%2F", "?account_linking_token=x"]
    {
        let url = desk.rig.url(&format!("/meta/link/{}{path}", desk.account));
        assert_eq!(desk.get(&url).await.status(), 400, "{path}");
    }
    let elsewhere = desk.link(META).replace(&desk.account.to_string(), "nobody");
    assert_eq!(desk.get(&elsewhere).await.status(), 404);
    desk.stop().await;
}
