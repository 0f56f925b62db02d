//! Logging in and out, and what a write must present.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{client::Client, client::answer, seed::PASSWORD, world::World};

#[tokio::test]
async fn a_login_lasts_until_logout() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let (status, me) = client.get("/me").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((me["name"].as_str(), me["role"].as_str()), (Some("ann"), Some("agent")));
    assert_eq!(me["csrf"].as_str(), client.csrf.as_deref());

    assert_eq!(client.post("/logout", json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(client.get("/me").await.0, StatusCode::UNAUTHORIZED);
    world.stop().await;
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_look_the_same() {
    let world = World::new().await;
    let client = Client::anonymous(&world.desk.url());
    let wrong = answer(client.try_login(&world.here.email("ann"), "wrong password").await).await;
    let unknown = answer(client.try_login("nobody@here.example", PASSWORD).await).await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong, unknown);
    world.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_address_only() {
    let world = World::new().await;
    let client = Client::anonymous(&world.desk.url());
    for _ in 0..3 {
        let response = client.try_login(&world.here.email("ann"), "a wrong guess").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    let response = client.try_login(&world.here.email("ann"), PASSWORD).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    let other = client.try_login(&world.here.email("bob"), PASSWORD).await;
    assert_eq!(other.status(), StatusCode::OK);
    world.stop().await;
}

#[tokio::test]
async fn the_cookie_is_for_our_page_only_and_its_token_is_not_kept() {
    let world = World::with(&[
        ("DESK__SECURE_COOKIES", "true"),
        ("DESK__PUBLIC_URL", "https://desk.example.com"),
    ])
    .await;
    let client = Client::anonymous(&world.desk.url());
    let response = client.try_login(&world.here.email("ann"), PASSWORD).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["__Host-sb=", "; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let token = cookie.trim_start_matches("__Host-sb=").split(';').next().unwrap().to_owned();
    assert!(token.len() >= 43, "256 bits in base64");
    let now = switchboard_chassis::clock::now();
    let find = |key: String| {
        world.backend.store.read(move |db| switchboard_store::sessions::find(db, &key, now))
    };
    assert!(find(token).await.unwrap().is_none());
    world.stop().await;
}

#[tokio::test]
async fn a_write_needs_the_token_of_its_session() {
    let world = World::new().await;
    let mut client = world.as_user("ann").await;
    let other = world.as_user("bob").await;
    let path = format!("/conversations/{}/resolve", world.here.conversation("anns"));
    for csrf in [None, Some(String::new()), other.csrf] {
        client.csrf = csrf;
        assert_eq!(client.post(&path, json!({})).await.0, StatusCode::FORBIDDEN);
    }
    world.stop().await;
}

#[tokio::test]
async fn other_sites_cannot_write_nor_log_in() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let resolve = format!("/conversations/{}/resolve", world.here.conversation("anns"));
    let login = json!({"email": world.here.email("ann"), "password": PASSWORD});
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for header in foreign {
        for (path, body) in [(resolve.as_str(), json!({})), ("/login", login.clone())] {
            let response = client.send(Method::POST, path, Some(body), &[header]).await;
            assert_eq!(answer(response).await.0, StatusCode::FORBIDDEN, "{path} {header:?}");
        }
    }
    let ours = [("origin", world.desk.url()), ("sec-fetch-site", "same-origin".into())];
    let ours = ours.each_ref().map(|(name, value)| (*name, value.as_str()));
    let response = client.send(Method::POST, &resolve, None, &ours).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    world.stop().await;
}

#[tokio::test]
async fn the_page_is_served_with_a_strict_policy() {
    let world = World::new().await;
    for path in ["/", "/app.css", "/main.js", "/icon.svg"] {
        let response = reqwest::get(format!("{}{path}", world.desk.url())).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    world.stop().await;
}
