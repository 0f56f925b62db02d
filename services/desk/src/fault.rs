//! What clients are told when something is not done: RFC 9457 problems, each with a next step.
//! What went wrong inside is logged here, once, and never told.

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{StatusCode, header},
};
use switchboard_chassis::problem::Problem;
use switchboard_media::MediaError;
use switchboard_queue::PublishError;
use switchboard_store::StoreError;

use crate::{auth::password::HashError, bots::BadSettings};

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The client can do something about it.
    #[error(transparent)]
    Told(#[from] Problem),
    /// Too many wrong passwords; worth another try after that time.
    #[error("too many tries to log in")]
    TooMany(Duration),
    /// The store does not answer, or holds what cannot be read.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// The queue did not take an action.
    #[error("the queue: {0}")]
    NotSent(#[from] PublishError),
    /// A password could not be checked.
    #[error("passwords: {0}")]
    Password(#[from] HashError),
    /// A file is larger than this many bytes.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    /// A file cannot be kept or read.
    #[error("files: {0}")]
    Files(MediaError),
}

impl Fault {
    /// What happened and what to do about it, as one line.
    pub(crate) fn sentence(&self) -> String {
        let problem = self.problem();
        let parts = [problem.detail, problem.next_step];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn problem(&self) -> Problem {
        match self {
            Fault::Told(problem) => problem.clone(),
            Fault::TooMany(wait) => too_many(*wait),
            Fault::NotSent(_) => not_sent(),
            Fault::Store(StoreError::NotFound(what)) => not_found(what),
            Fault::Store(StoreError::Exists(_)) => exists(),
            Fault::Store(StoreError::InUse(by)) => in_use(by),
            Fault::Store(StoreError::LastAdmin) => last_admin(),
            Fault::Store(full @ StoreError::Full(_)) => invalid(format!("Sorry: {full}.")),
            Fault::TooLarge(limit) => invalid(format!(
                "The file is larger than the {} MB that are kept.",
                limit.div_euclid(1024 * 1024)
            )),
            Fault::Files(MediaError::Absent) => file_gone(None),
            Fault::Files(_) => no_files(),
            Fault::Store(error) if error.is_transient() => busy(),
            Fault::Store(_) | Fault::Password(_) => {
                Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
                    .detail("Something is wrong on our side.")
                    .next_step("Try again; if it stays, tell your administrator the time.")
            }
        }
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.problem().status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let problem = self.problem();
        if problem.status.is_server_error() {
            tracing::warn!(error = %self, "a request was not done");
        }
        let mut response = problem.error_response();
        if problem.status == StatusCode::UNAUTHORIZED {
            // (RFC 9110, 15.5.2)
            let scheme = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Fault::TooMany(wait) = self {
            let seconds = wait.as_secs().saturating_add(1);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<MediaError> for Fault {
    fn from(error: MediaError) -> Self {
        match error {
            // One more is known to be too many.
            MediaError::TooLarge { limit } => Self::TooLarge(limit.saturating_add(1)),
            other => Self::Files(other),
        }
    }
}

/// 409: a file is on its way from Meta.
pub(crate) fn not_yet_fetched() -> Problem {
    Problem::new(StatusCode::CONFLICT, "not-yet-fetched", "The file is not there yet")
        .detail("It is being fetched from Meta.")
        .next_step("Try again in a moment; the page shows it by itself.")
}

/// 404: a file could not be had, or is not there any more.
pub(crate) fn file_gone(reason: Option<&str>) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "file-gone", "The file is not there")
        .detail(reason.unwrap_or("It is not where files are kept."))
        .next_step("Ask the customer to send it again. Operators: see media.url.")
}

/// 416: a file ends before what was asked of it.
pub(crate) fn past_the_end(size: u64) -> Problem {
    Problem::of_status(StatusCode::RANGE_NOT_SATISFIABLE)
        .detail(format!("The file has {size} bytes."))
        .next_step("Ask for a range that begins within them.")
}

/// 503: files cannot be kept or read.
fn no_files() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no-files", "Files cannot be reached")
        .detail("The place where files are kept does not answer.")
        .next_step("Try again in a moment; if it stays, tell your operator: see media.url.")
}

/// 404: not there, or not for the caller; the two look the same.
pub(crate) fn not_found(what: &str) -> Problem {
    Problem::of_status(StatusCode::NOT_FOUND)
        .detail(format!("There is no such {what}, or it is not yours to see."))
        .next_step("Go back to the list and open it from there.")
}

/// 401: no session.
pub(crate) fn logged_out() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "logged-out", "You are not logged in")
        .detail("There is no session, or it has ended.")
        .next_step("Log in again.")
}

/// 401: a program's key opens nothing.
pub(crate) fn wrong_key() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-key", "The API key is not right")
        .detail("There is no such key, or it has ended, or the person it acts as has.")
        .next_step("Make a new key under Administration, API keys.")
}

/// 403: a program's key does not go so far.
pub(crate) fn out_of_scope(scope: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "out-of-scope", "The API key does not allow this")
        .detail(format!("This needs a key with the scope {scope}."))
        .next_step("Make a new key with this scope under Administration, API keys.")
}

/// 403: a program cannot do what only people do.
pub(crate) fn people_only() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "people-only", "This is for people, not for programs")
        .detail("An API key cannot do this.")
        .next_step("Log in at the desk and do it there.")
}

/// 401: address or password are wrong; never which.
pub(crate) fn wrong_password() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "The login is not right")
        .detail("The e-mail address or the password is not right.")
        .next_step("Check both and try again, or ask your administrator for a new password.")
}

/// 403: the write did not come from our page.
pub(crate) fn forged(what: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "not-from-the-desk", "The request is not from the desk")
        .detail(what)
        .next_step(
            "Reload the page and try again. Programs: send X-CSRF-Token as GET /me gives it.",
        )
}

/// 403: the role does not allow it.
pub(crate) fn forbidden(role: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "not-allowed", "Your role does not allow this")
        .detail(format!("This needs the role {role}."))
        .next_step("Ask your administrator to do it, or to change your role.")
}

/// 422: what was sent makes no sense.
pub(crate) fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request is not valid")
        .detail(detail)
        .next_step("Correct it and send it again.")
}

/// 422: Meta does not allow a message now.
pub(crate) fn window_closed(reason: impl Into<String>, next_step: &'static str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "window-closed", "Meta allows no message now")
        .detail(reason)
        .next_step(next_step)
}

/// 409: people do not want to hear from the customer.
pub(crate) fn blocked(reason: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "blocked", "The customer is blocked")
        .detail(format!("The customer is blocked: {}.", reason.trim_end_matches('.')))
        .next_step("Unblock them first, if they are to be answered.")
}

/// 422: no template that could be sent.
pub(crate) fn no_template(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-template", "There is no such template")
        .detail(reason)
        .next_step("Read the templates from Meta again, or choose one of the list.")
}

/// 409: this desk cannot keep a token.
pub(crate) fn no_key() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-key", "This desk cannot keep tokens")
        .detail("It was not given the key that seals tokens (keys.tokens).")
        .next_step("Give it the key, or use `switchboard account token` where the key is.")
}

/// 409: this desk cannot keep the secrets of webhook endpoints.
pub(crate) fn no_webhook_key() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-key", "This desk cannot keep webhook secrets")
        .detail("It was not given the key that seals them (keys.apps).")
        .next_step("Give every desk the same keys.apps, and start it again.")
}

/// 409: this desk cannot keep the secrets of bots.
pub(crate) fn no_bot_key() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-key", "This desk cannot keep the secrets of bots")
        .detail("It was not given the key that seals them (keys.bots).")
        .next_step("Give the desk and the bot service the same keys.bots, and start them again.")
}

/// 422: a bot cannot work with such settings.
pub(crate) fn bad_settings(bad: &BadSettings) -> Problem {
    let title = "The bot's settings cannot be used";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-settings", title)
        .detail(format!("{bad}."))
        .next_step("Correct it and try again; docs/BOTS.md has what can be written.")
        .member("line", bad.line)
        .member("column", bad.column)
}

/// 409: others need it.
fn in_use(by: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "in-use", "It is in use")
        .detail(format!("It is in use by {by}."))
        .next_step("Take it from there first.")
}

/// 409: the account's channel has no block list at Meta.
pub(crate) fn no_block_list() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-block-list", "There is no block list")
        .detail("Meta has a block list for WhatsApp only.")
        .next_step("Leave block_at_meta out; the block here holds on every channel.")
        .field("block_at_meta")
}

/// 409: nobody would be left who may administer the workspace.
fn last_admin() -> Problem {
    Problem::new(StatusCode::CONFLICT, "last-admin", "It is the last administrator")
        .detail("Nobody else who may log in is an administrator of this workspace.")
        .next_step("Make somebody else an administrator first.")
}

/// 409: nobody can be mailed.
pub(crate) fn no_mails() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-mails", "There are no mails")
        .detail("The operator has set no mail server (mail.url), or not given this desk keys.apps.")
        .next_step("Set [mail] as docs/NOTIFICATIONS.md says, and start the desk again.")
}

/// 409: the thing is not in a state for this.
pub(crate) fn conflict(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, "conflict", "This does not fit what is there")
        .detail(detail)
        .next_step("Reload and look again.")
}

/// 502: Meta did not do it; its reason is a sentence.
pub(crate) fn meta_refused(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "meta-refused", "Meta did not do it")
        .detail(reason)
        .next_step("Do what the sentence says, or try again later.")
}

/// 504: nobody said in time what came of it.
pub(crate) fn no_answer() -> Problem {
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "no-answer", "No answer from Meta yet")
        .detail("What came of it is not known: the service that calls Meta did not say in time.")
        .next_step("Look again in a moment; doing it again does no harm.")
}

/// 504: no bot service said in time what a bot would say.
pub(crate) fn no_bot() -> Problem {
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "no-answer", "No answer from the bot")
        .detail("The service that runs the bots did not say in time what this one answers.")
        .next_step("Look whether the bot service runs, then try again.")
}

fn exists() -> Problem {
    Problem::new(StatusCode::CONFLICT, "exists", "It exists already")
        .detail("Something with the same name or address exists already.")
        .next_step("Choose another.")
}

fn not_sent() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-sent", "Not sent")
        .detail("Your action was not taken up: the message queue does not answer.")
        .next_step("Try again in a moment; with the same Idempotency-Key it cannot happen twice.")
}

/// 503: the database is away.
pub(crate) fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The desk is busy")
        .detail("The database does not answer at the moment.")
        .next_step("Try again in a moment.")
}

/// 429: a key has as many WebSockets open as it may.
pub(crate) fn too_many_sockets(most: usize) -> Problem {
    let title = "Too many WebSockets of one key";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-sockets", title)
        .detail(format!("A key has {most} WebSockets open at one desk at most."))
        .next_step("Close one that is not needed: one hears all that the key's person sees.")
}

/// 429: passwords are being guessed.
pub(crate) fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs().saturating_add(1);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", "Too many tries to log in")
        .detail("There were several wrong passwords for this address.")
        .next_step(format!("Wait {seconds} s and try again."))
}
