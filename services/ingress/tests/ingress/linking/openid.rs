//! An OpenID Connect provider: real keys, real tokens.

use reqwest::Response;
use switchboard_testkit::business::{ADA, Spoiled};
use url::Url;

use super::{Desk, META, PSID, desk::location};

/// Opens the page, goes on to the provider, and logs in there; gives where the provider sends the
/// browser.
async fn log_in_there(desk: &Desk, action: &str) -> Url {
    let (page, session) = desk.open().await;
    assert!(page.contains("Go on only if you have just tapped Log In"), "{page}");
    let to_provider = location(&desk.submit(&session, &[("action", "log_in")]).await);
    assert!(to_provider.as_str().starts_with(&desk.business.issuer()));
    let form = desk.get(to_provider.as_str()).await.text().await.unwrap();
    let asked = form.split_once("name=asked value=").unwrap().1.split_once('>').unwrap().0;
    let entered = [
        ("asked", asked),
        ("username", ADA.username),
        ("password", ADA.password),
        ("action", action),
    ];
    let answer = desk.post(&format!("{}/authorize", desk.business.issuer()), &entered).await;
    assert_eq!(answer.status(), 303);
    Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
}

/// The browser comes back to us.
async fn come_back(desk: &Desk, url: &Url) -> Response {
    assert!(url.as_str().starts_with("http://127.0.0.1:8080/meta/link/callback?"), "{url}");
    let path = format!("{}?{}", url.path(), url.query().unwrap());
    desk.get(&desk.rig.url(&path)).await
}

#[tokio::test]
async fn who_the_provider_knows_goes_back_with_a_code() {
    let desk = Desk::with_provider().await;
    let url = log_in_there(&desk, "log_in").await;
    let login = desk.code(&come_back(&desk, &url).await).unwrap();
    assert_eq!(login.psid, PSID);
    assert_eq!(login.customer_number, ADA.number);
    assert_eq!(login.customer_name.as_deref(), Some(ADA.name));

    let again = come_back(&desk, &url).await;
    assert_eq!(again.status(), 400, "the provider's code and the session are used up");
    desk.stop().await;
}

#[tokio::test]
async fn who_says_no_at_the_provider_goes_back_without_a_code() {
    let desk = Desk::with_provider().await;
    let url = log_in_there(&desk, "deny").await;
    let answer = come_back(&desk, &url).await;
    assert_eq!(location(&answer).as_str(), META);
    desk.stop().await;
}

#[tokio::test]
async fn tokens_that_are_not_right_bind_nobody() {
    for spoiled in
        [Spoiled::Key, Spoiled::Audience, Spoiled::Nonce, Spoiled::Expired, Spoiled::Nameless]
    {
        let desk = Desk::with_provider().await;
        desk.business.spoil(spoiled);
        let url = log_in_there(&desk, "log_in").await;
        let answer = come_back(&desk, &url).await;
        assert_eq!(answer.status(), 502, "{spoiled:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("Back to the chat") && !page.contains("authorization_code"));
        desk.stop().await;
    }
}

#[tokio::test]
async fn a_log_in_that_another_browser_began_is_not_taken_up() {
    let desk = Desk::with_provider().await;
    let url = log_in_there(&desk, "log_in").await;
    desk.forget_cookies();
    let answer = come_back(&desk, &url).await;
    assert_eq!(answer.status(), 400);
    desk.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_explained() {
    let desk = Desk::with_provider().await;
    let (_, session) = desk.open().await;
    desk.business.close().await;
    let answer = desk.submit(&session, &[("action", "log_in")]).await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().contains("Back to the chat"));
    desk.stop().await;
}
