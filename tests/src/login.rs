//! The log-in page of account linking, as a customer's browser uses it.

use reqwest::{
    Client, Response,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect,
};

use crate::Outcome;

/// What stands before the session in the page's form.
const SESSION: &str = "name=\"session\" value=\"";

/// A log-in page that is open.
#[derive(Debug)]
pub struct LogIn {
    http: Client,
    page: String,
    cookie: String,
    session: String,
}

/// Where a step of a log-in led.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Back to Meta, to this address.
    Back(String),
    /// The page says something, with this status.
    Page(u16, String),
}

impl LogIn {
    /// Opens the page at the address that Meta made.
    ///
    /// # Errors
    /// When there is no form on it.
    pub async fn open(url: &str) -> Outcome<Self> {
        let builder = Client::builder().no_proxy().pool_max_idle_per_host(0);
        let http = builder.redirect(redirect::Policy::none()).build()?;
        let answer = http.get(url).send().await?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).unwrap_or_default();
        let (cookie, text) = (cookie.to_owned(), answer.text().await?);
        let session = text.split_once(SESSION).and_then(|(_, rest)| rest.split_once('"'));
        let session = session.ok_or_else(|| format!("there is no form: {text}"))?.0.to_owned();
        let page = url.split('?').next().unwrap_or_default().to_owned();
        Ok(Self { http, page, cookie, session })
    }

    /// Enters name and password.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn enters(&self, username: &str, password: &str) -> Outcome<Step> {
        self.sends(&[("username", username), ("password", password), ("action", "log_in")]).await
    }

    /// Presses Cancel.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn cancels(&self) -> Outcome<Step> {
        self.sends(&[("action", "cancel")]).await
    }

    async fn sends(&self, fields: &[(&str, &str)]) -> Outcome<Step> {
        let session = [("session", self.session.as_str())];
        let form: Vec<_> = session.iter().chain(fields).collect();
        let post = self.http.post(&self.page).header(COOKIE, &self.cookie).form(&form);
        let answer = post.send().await?;
        let back = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        match back {
            Some(back) => Ok(Step::Back(back.to_owned())),
            None => Ok(Step::Page(answer.status().as_u16(), answer.text().await?)),
        }
    }
}

/// The browser goes back to Meta: what Meta's page says.
///
/// # Errors
/// When it cannot be reached.
pub async fn goes_back(url: &str) -> Outcome<String> {
    let http = Client::builder().no_proxy().build()?;
    Ok(http.get(url).send().await.and_then(Response::error_for_status)?.text().await?)
}
