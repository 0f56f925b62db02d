//! The agents' page: plain files inside the binary. `web/` has the sources, which are also what is
//! served; nothing is built.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};

/// A file of the page.
struct File {
    path: &'static str,
    kind: &'static str,
    body: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

/// Embeds a file of `web/`.
macro_rules! file {
    ($path:literal, $kind:expr, $name:literal) => {
        File { path: $path, kind: $kind, body: include_str!(concat!("../web/", $name)) }
    };
}

const FILES: &[File] = &[
    file!("/", HTML, "index.html"),
    file!("/icon.svg", SVG, "icon.svg"),
    file!("/admin.css", CSS, "admin.css"),
    file!("/app.css", CSS, "app.css"),
    file!("/composer.css", CSS, "composer.css"),
    file!("/transcript.css", CSS, "transcript.css"),
    file!("/actions.js", JS, "actions.js"),
    file!("/activity.js", JS, "activity.js"),
    file!("/admin/account.js", JS, "admin/account.js"),
    file!("/admin/accounts.js", JS, "admin/accounts.js"),
    file!("/admin/admin.js", JS, "admin/admin.js"),
    file!("/admin/answering.js", JS, "admin/answering.js"),
    file!("/admin/answers.js", JS, "admin/answers.js"),
    file!("/admin/audit.js", JS, "admin/audit.js"),
    file!("/admin/chart.js", JS, "admin/chart.js"),
    file!("/admin/bots.js", JS, "admin/bots.js"),
    file!("/admin/connect.js", JS, "admin/connect.js"),
    file!("/admin/deliveries.js", JS, "admin/deliveries.js"),
    file!("/admin/deletions.js", JS, "admin/deletions.js"),
    file!("/admin/doctor.js", JS, "admin/doctor.js"),
    file!("/admin/documents.js", JS, "admin/documents.js"),
    file!("/admin/edit.js", JS, "admin/edit.js"),
    file!("/admin/endpoint.js", JS, "admin/endpoint.js"),
    file!("/admin/errand.js", JS, "admin/errand.js"),
    file!("/admin/focus.js", JS, "admin/focus.js"),
    file!("/admin/hours.js", JS, "admin/hours.js"),
    file!("/admin/keys.js", JS, "admin/keys.js"),
    file!("/admin/kit.js", JS, "admin/kit.js"),
    file!("/admin/linking.js", JS, "admin/linking.js"),
    file!("/admin/macros.js", JS, "admin/macros.js"),
    file!("/admin/merge.js", JS, "admin/merge.js"),
    file!("/admin/notifications.js", JS, "admin/notifications.js"),
    file!("/admin/parts.js", JS, "admin/parts.js"),
    file!("/admin/people.js", JS, "admin/people.js"),
    file!("/admin/reports.js", JS, "admin/reports.js"),
    file!("/admin/survey.js", JS, "admin/survey.js"),
    file!("/admin/sla.js", JS, "admin/sla.js"),
    file!("/admin/team.js", JS, "admin/team.js"),
    file!("/admin/teams.js", JS, "admin/teams.js"),
    file!("/admin/settings.js", JS, "admin/settings.js"),
    file!("/admin/templates.js", JS, "admin/templates.js"),
    file!("/admin/trial.js", JS, "admin/trial.js"),
    file!("/admin/webhooks.js", JS, "admin/webhooks.js"),
    file!("/api.js", JS, "api.js"),
    file!("/around.js", JS, "around.js"),
    file!("/compose/address.js", JS, "compose/address.js"),
    file!("/compose/drafts.js", JS, "compose/drafts.js"),
    file!("/compose/files.js", JS, "compose/files.js"),
    file!("/compose/limits.js", JS, "compose/limits.js"),
    file!("/compose/more.js", JS, "compose/more.js"),
    file!("/compose/offer.js", JS, "compose/offer.js"),
    file!("/compose/places.js", JS, "compose/places.js"),
    file!("/compose/send.js", JS, "compose/send.js"),
    file!("/compose/templates.js", JS, "compose/templates.js"),
    file!("/compose/typing.js", JS, "compose/typing.js"),
    file!("/compose/window.js", JS, "compose/window.js"),
    file!("/composer.js", JS, "composer.js"),
    file!("/contact.js", JS, "contact.js"),
    file!("/contacts/contacts.js", JS, "contacts/contacts.js"),
    file!("/contacts/deeds.js", JS, "contacts/deeds.js"),
    file!("/contacts/person.js", JS, "contacts/person.js"),
    file!("/content/content.js", JS, "content/content.js"),
    file!("/content/line.js", JS, "content/line.js"),
    file!("/content/media.js", JS, "content/media.js"),
    file!("/content/offers.js", JS, "content/offers.js"),
    file!("/content/told.js", JS, "content/told.js"),
    file!("/content/words.js", JS, "content/words.js"),
    file!("/dialog.js", JS, "dialog.js"),
    file!("/dom.js", JS, "dom.js"),
    file!("/fields.js", JS, "fields.js"),
    file!("/format.js", JS, "format.js"),
    file!("/handoff.js", JS, "handoff.js"),
    file!("/kit/alerts.js", JS, "kit/alerts.js"),
    file!("/kit/attributes.js", JS, "kit/attributes.js"),
    file!("/kit/bulk.js", JS, "kit/bulk.js"),
    file!("/kit/canned.js", JS, "kit/canned.js"),
    file!("/kit/colleague.js", JS, "kit/colleague.js"),
    file!("/kit/labels.js", JS, "kit/labels.js"),
    file!("/kit/macros.js", JS, "kit/macros.js"),
    file!("/kit/notes.js", JS, "kit/notes.js"),
    file!("/kit/notifications.js", JS, "kit/notifications.js"),
    file!("/kit/own.js", JS, "kit/own.js"),
    file!("/kit/search.js", JS, "kit/search.js"),
    file!("/kit/sla.js", JS, "kit/sla.js"),
    file!("/kit/snooze.js", JS, "kit/snooze.js"),
    file!("/kit/transfer.js", JS, "kit/transfer.js"),
    file!("/list.js", JS, "list.js"),
    file!("/main.js", JS, "main.js"),
    file!("/menu.js", JS, "menu.js"),
    file!("/message.js", JS, "message.js"),
    file!("/messagemenu.js", JS, "messagemenu.js"),
    file!("/pace.js", JS, "pace.js"),
    file!("/presence.js", JS, "presence.js"),
    file!("/socket.js", JS, "socket.js"),
    file!("/state.js", JS, "state.js"),
    file!("/sync.js", JS, "sync.js"),
    file!("/thread.js", JS, "thread.js"),
    file!("/threadbar.js", JS, "threadbar.js"),
];

/// Mounts the page.
pub(crate) fn mount(app: &mut ServiceConfig) {
    for file in FILES {
        app.route(file.path, web::get().to(move || async move { serve(file) }));
    }
}

fn serve(file: &'static File) -> HttpResponse {
    HttpResponse::Ok().content_type(file.kind).body(file.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file refers to: modules it imports, files it links.
    fn wanted(file: &File) -> Vec<String> {
        let marks = match file.kind {
            JS => ["from \"", "import(\""],
            _ => ["href=\"", "src=\""],
        };
        let base = url::Url::parse("http://desk").unwrap().join(file.path).unwrap();
        let lines = file.body.lines().filter(|line| !line.trim_start().starts_with('*'));
        let found = lines.flat_map(|line| {
            let rest = marks.iter().flat_map(move |mark| line.split(mark).skip(1));
            rest.filter_map(|rest| rest.split('"').next())
        });
        found.map(|name| base.join(name).unwrap().path().to_owned()).collect()
    }

    #[test]
    fn every_file_that_another_asks_for_is_served() {
        let wanted: Vec<_> = FILES.iter().flat_map(wanted).collect();
        assert!(wanted.len() > FILES.len());
        for path in wanted {
            assert!(FILES.iter().any(|file| file.path == path), "{path} is not served");
        }
    }

    #[test]
    fn nothing_runs_that_the_policy_forbids() {
        let page = FILES.iter().find(|file| file.path == "/").unwrap();
        for inline in [" style=", " onclick=", "<style", "javascript:"] {
            assert!(!page.body.contains(inline), "{inline}");
        }
        assert!(page.body.matches("<script").count() == 1);
        for file in FILES.iter().filter(|file| file.kind == JS) {
            for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", ".style."] {
                assert!(!file.body.contains(forbidden), "{forbidden} in {}", file.path);
            }
        }
    }
}
