//! The mail: who waits, since when, on which account, and where to answer; nothing that customers
//! wrote, unless the workspace wants it.

use askama::Template;
use switchboard_domain::{ids::ConversationId, notices::NoticeKind};
use switchboard_mail::{Letter, one_line};
use switchboard_store::{inbox::Summary, users::User};
use url::Url;
use uuid::Uuid;

use super::plan::{Batch, Entry};

/// Conversations that a mail lists; the others it counts.
const LISTED: usize = 30;

/// The longest line of what others wrote, in characters.
const LONGEST: usize = 120;

/// A conversation of the mail.
struct Line {
    who: String,
    account: String,
    /// What is with it, and since when.
    reasons: Vec<String>,
    words: Option<String>,
    link: String,
}

#[derive(Template)]
#[template(path = "notice.txt")]
struct Text<'a>(Notice<'a>);

#[derive(Template)]
#[template(path = "notice.html")]
struct Html<'a>(Notice<'a>);

/// What both forms of the mail say.
#[derive(Clone, Copy)]
struct Notice<'a> {
    name: &'a str,
    lines: &'a [Line],
    more: usize,
    desk: &'a str,
    unsubscribe: &'a str,
}

/// Writes the mail of a batch.
///
/// # Errors
/// As the templates: never in practice.
pub(super) fn letter(
    batch: &Batch,
    desk: &Url,
    unsubscribe: Option<&Url>,
) -> Result<Letter, askama::Error> {
    let listed = batch.entries.iter().take(LISTED);
    let lines: Vec<Line> = listed.map(|entry| line(batch, entry, desk)).collect();
    let name = one_line(&batch.user.name, LONGEST);
    let notice = Notice {
        name: &name,
        lines: &lines,
        more: batch.entries.len().saturating_sub(LISTED),
        desk: desk.as_str(),
        unsubscribe: unsubscribe.map(Url::as_str).unwrap_or_default(),
    };
    Ok(Letter {
        id: batch.id.to_string(),
        name: batch.user.name.clone(),
        address: batch.user.email.clone(),
        subject: subject(&lines),
        text: Text(notice).render()?,
        html: Html(notice).render()?,
        unsubscribe: unsubscribe.map(Url::to_string),
    })
}

/// A mail that shows that mails arrive.
pub(super) fn trial(name: Uuid, user: &User, desk: &Url) -> Letter {
    let text = format!("This is a test of the mails of Switchboard at {desk}: they arrive.\n");
    Letter {
        id: name.to_string(),
        name: user.name.clone(),
        address: user.email.clone(),
        subject: "A test of Switchboard's mails".into(),
        // The address is percent-encoded: there is nothing to escape.
        html: format!("<p>{text}</p>"),
        text,
        unsubscribe: None,
    }
}

fn subject(lines: &[Line]) -> String {
    match lines {
        [Line { who, account, reasons, .. }] => {
            let reason = reasons.first().map(String::as_str).unwrap_or_default();
            let what = reason.split(" since ").next().unwrap_or_default();
            format!("{who} ({account}): {what}")
        }
        many => format!("{} conversations need you", many.len()),
    }
}

fn line(batch: &Batch, entry: &Entry, desk: &Url) -> Line {
    let reasons = entry
        .reasons
        .iter()
        .map(|(kind, at)| format!("{} since {}", words(*kind), batch.choice.written(*at)));
    Line {
        who: who(&entry.of),
        account: one_line(&entry.of.account_name, LONGEST),
        reasons: reasons.collect(),
        words: entry.words.as_deref().map(|words| one_line(words, LONGEST)),
        link: link(desk, entry.of.id),
    }
}

/// As the customer calls themselves; never a number or an address.
fn who(of: &Summary) -> String {
    let names = [&of.contact_name, &of.customer_name, &of.contact_username];
    let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
    name.map_or_else(|| "A customer".into(), |name| one_line(name, LONGEST))
}

fn words(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Started => "writes to us",
        NoticeKind::Waiting => "waits for a person",
        NoticeKind::WaitsLong => "waits long",
        NoticeKind::Assigned => "is yours",
        NoticeKind::Mentioned => "has a note for you",
    }
}

fn link(desk: &Url, conversation: ConversationId) -> String {
    let mut link = desk.clone();
    link.set_fragment(Some(&conversation.to_string()));
    link.into()
}
