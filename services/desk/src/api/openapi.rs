//! The description of the API for programs: what the folders say of their operations, and what holds
//! for all of them, said once here.

use std::{sync::LazyLock, time::Duration};

use actix_web::HttpResponse;
use serde_json::Value;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, PathItem, Ref, RefOr, Response,
        ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{self, Object},
        security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
        },
    },
};

use super::{
    access, accounts, bots, contacts, conversations, integrators, kit, notifications, reports,
    surveys, team,
};
use crate::fault;

#[cfg(test)]
mod tests;

/// Everything under `/api/v1`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard desk",
        description = "For the agents' page and for programs. Programs send a key that an \
            administrator makes, as Authorization: Bearer. Pages log in, keep the cookie, and send \
            the CSRF token of the answer as X-CSRF-Token with every write. With an Idempotency-Key \
            a write that is repeated is done once. Writes to conversations \
            answer 202: they are durable, and applied in a moment. Errors are problem+json with a \
            next_step. Times are milliseconds since the Unix epoch. GET /ws is a WebSocket that \
            says {type: conversation, id, revision}, {type: agents}, {type: accounts} or {type: resync}: hints to \
            read again."
    ),
    components(schemas(ProblemBody)),
    servers((url = "/api/v1"))
)]
struct Api;

/// Why a request was not done. (RFC 9457)
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "describes the chassis's Problem")]
struct ProblemBody {
    /// For programs: `urn:switchboard:problem:KIND`, or `about:blank`.
    r#type: String,
    /// The kind in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time.
    #[schema(nullable = false)]
    detail: Option<String>,
    /// What to do about it.
    next_step: String,
    /// Which field of the body is wrong, such as `hours.week.0.from`.
    #[schema(nullable = false)]
    field: Option<String>,
}

/// The parts, one from each folder.
fn parts() -> [utoipa::openapi::OpenApi; 11] {
    [
        conversations::Docs::openapi(),
        contacts::Docs::openapi(),
        kit::Docs::openapi(),
        access::Docs::openapi(),
        team::Docs::openapi(),
        accounts::Docs::openapi(),
        bots::Docs::openapi(),
        integrators::Docs::openapi(),
        reports::Docs::openapi(),
        notifications::Docs::openapi(),
        surveys::Docs::openapi(),
    ]
}

/// The whole description.
pub(super) static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(|| {
    let mut whole = Api::openapi();
    parts().into_iter().for_each(|part| whole.merge(part));
    let components = whole.components.get_or_insert_default();
    for (name, scheme) in proofs() {
        components.add_security_scheme(name, scheme);
    }
    for (path, item) in &mut whole.paths.paths {
        for (writes, operation) in operations(item) {
            complete(operation, writes, path);
        }
    }
    whole
});

/// `GET /openapi.json`
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok().json(&*DOCUMENT)
}

/// What a caller can prove who they are with.
fn proofs() -> [(&'static str, SecurityScheme); 2] {
    let key = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A program's key, which an administrator makes (`POST /api-keys`)."))
        .build();
    let session =
        ApiKeyValue::with_description("__Host-sb", "A page's session; see `POST /login`.");
    [
        ("key", SecurityScheme::Http(key)),
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(session))),
    ]
}

/// The operations of a path, and whether they write.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, .. } = item;
    let all = [(false, get), (true, put), (true, post), (true, delete)];
    all.into_iter().filter_map(|(writes, operation)| Some((writes, operation.as_mut()?)))
}

/// Adds what holds for every operation.
fn complete(operation: &mut Operation, writes: bool, path: &str) {
    let takes = operation.request_body.is_some() || operation.parameters.is_some() || writes;
    for (status, when) in [
        (401, "There is no session, and no key that is right."),
        (422, "The request is not what is expected; the detail says why."),
        (503, "The store or the queue is away: nothing was done."),
    ] {
        if status != 422 || takes {
            let described = ResponseBuilder::new().description(when).build();
            operation.responses.responses.entry(status.to_string()).or_insert(described.into());
        }
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
        {
            tell_problem(status, response);
        }
    }
    if path == "/login" {
        operation.security = Some(Vec::new());
        return;
    }
    let proof = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
    operation.security = Some(vec![proof("key"), proof("session")]);
    if writes {
        operation.parameters.get_or_insert_default().push(idempotency_key().into());
    }
}

/// An error is a problem.
fn tell_problem(status: &str, response: &mut Response) {
    let problem = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(problem)).example(example(status)).build();
    response.content.entry("application/problem+json".to_owned()).or_insert(content.into());
    if status == "401" {
        let header = HeaderBuilder::new().schema(Some(Object::with_type(schema::Type::String)));
        response.headers.insert("WWW-Authenticate".to_owned(), header.build().into());
    }
}

/// A problem of that status, as callers meet it.
fn example(status: &str) -> Option<Value> {
    let problem = match status {
        "401" => fault::wrong_key(),
        "403" => fault::out_of_scope("conversations:write"),
        "404" => fault::not_found("conversation"),
        "409" => fault::conflict("The conversation is resolved."),
        "416" => fault::past_the_end(69),
        "422" => fault::invalid("A name has 1 to 200 characters.").field("name"),
        "429" => fault::too_many(Duration::from_secs(30)),
        "502" => fault::meta_refused("The access token has expired."),
        "503" => fault::busy(),
        "504" => fault::no_answer(),
        _ => return None,
    };
    serde_json::to_value(problem).ok()
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new()
        .schema_type(schema::Type::String)
        .min_length(Some(1))
        .max_length(Some(128))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some("The same key for the same operation is the same write, done once."))
        .schema(Some(key))
        .build()
}
