//! What a bot is taught. A file is read when it comes, so that whoever sends it hears at once what is
//! wrong with it; its passages are kept, the file is not.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Json, Path, Payload},
};
use futures_util::StreamExt;
use serde::Serialize;
use switchboard_chassis::problem::Problem;
use switchboard_domain::{
    Timestamp,
    ids::{BotId, DocumentId, WorkspaceId},
};
use switchboard_knowledge::{MAX_FILE, Unreadable};
use switchboard_store::{
    Db, StoreError, bots,
    documents::{self, Document},
};
use tokio::{sync::Semaphore, task, time};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
    lessons::{Lesson, read_lesson},
};

/// The longest name of a document, in characters.
const LONGEST_NAME: usize = 200;

/// The most files of one request.
const MOST_FILES: usize = 20;

/// The most bytes of one request.
const MOST_BYTES: usize = 2 * MAX_FILE;

/// Files that are read at once: each takes a processor, and what it unpacks to, in memory.
static READERS: Semaphore = Semaphore::const_new(2);

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long reading one file may take.
const READING: Duration = Duration::from_secs(20);

/// Something that a bot was taught.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-7001-72eb-a6fa-f5d80654476e", "name": "faq.csv", "media_type": "text/csv",
    "passages": 42, "bytes": 18230, "updated_at": 1795788829120_i64
}))]
pub(crate) struct DocumentView {
    #[schema(value_type = String, format = "uuid")]
    id: DocumentId,
    /// The file's name.
    name: String,
    /// What the file was: text/markdown, text/html, text/csv, application/pdf, text/plain
    media_type: String,
    /// How many pieces it was parted into, each of which can be an answer.
    passages: u64,
    /// Of its words, in UTF-8.
    bytes: u64,
    updated_at: i64,
}

/// Files, each a part of its own.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the parts of a request to readers; they are read one by one"
)]
pub(crate) struct NewDocuments {
    /// With a file name that says what it is: .md, .html, .csv, .pdf, .txt; up to 20 files of 10 MB.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<u8>,
}

/// What a bot was taught, by name. For administrators.
#[utoipa::path(
    get, path = "/bots/{id}/documents", tag = "bots",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = Vec<DocumentView>), (status = 401), (status = 403), (status = 404)
    ),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
) -> Result<Json<Vec<DocumentView>>, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, bot) = (caller.workspace(), *id);
    let read = move |db: &mut Db| {
        bots::by_id(db, workspace, bot)?.ok_or(StoreError::NotFound("bot"))?;
        documents::list(db, workspace, bot)
    };
    let all = desk.store.read(read).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Teaches a bot files, all or none; a file of the same name as before takes its place. A bot answers
/// from them within seconds. For administrators.
#[utoipa::path(
    post, path = "/bots/{id}/documents", tag = "bots",
    params(("id" = String, Path)),
    request_body(content = NewDocuments, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = Vec<DocumentView>), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, bot) = (caller.workspace(), *id);
    let known = desk.store.read(move |db| bots::by_id(db, workspace, bot)).await?;
    let known = known.ok_or(StoreError::NotFound("bot"))?;
    if !known.learns() {
        let what = format!("A bot of the kind {:?} does not answer from documents.", known.kind);
        return Err(fault::invalid(what).into());
    }
    let files = files(Multipart::new(request.headers(), body.into_inner())).await?;
    let request = caller.fresh_id();
    let mut taught = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let id = DocumentId::derive(&format!("{request}/{name}"));
        taught.push(learn(id, name, bytes).await?);
    }
    let kept = desk.store.write(move |db| put(db, (workspace, bot), &taught)).await?;
    Ok(HttpResponse::Created().json(kept.into_iter().map(view).collect::<Vec<_>>()))
}

/// Makes a bot forget a document. For administrators.
#[utoipa::path(
    delete, path = "/bots/{id}/documents/{document}", tag = "bots",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(BotId, DocumentId)>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, (bot, document)) = (caller.workspace(), path.into_inner());
    desk.store.write(move |db| documents::remove(db, workspace, bot, document)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn put(
    db: &mut Db,
    whose: (WorkspaceId, BotId),
    taught: &[Lesson],
) -> Result<Vec<Document>, StoreError> {
    taught
        .iter()
        .map(|(document, passages)| documents::put(db, whose, document, passages))
        .collect()
}

/// The files of a request, each with its name.
async fn files(mut parts: Multipart) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let (mut files, mut left) = (Vec::new(), MOST_BYTES);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| no_files())?;
        // What is no file is no document.
        let Some(name) = file_name(&part)? else { continue };
        if files.len() == MOST_FILES {
            let what = format!("A request brings at most {MOST_FILES} files.");
            return Err(fault::invalid(what).into());
        }
        let bytes = content(part, &name, left).await?;
        left = left.saturating_sub(bytes.len());
        files.push((name, bytes));
    }
    if files.is_empty() { Err(no_files().into()) } else { Ok(files) }
}

async fn content(mut part: Field, name: &str, left: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.next().await {
        let piece = piece.map_err(|_| fault::invalid("The files did not arrive whole."))?;
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_FILE {
            return Err(unreadable(name, &Unreadable::TooLarge(bytes.len())).into());
        }
        if bytes.len() > left {
            let most = MOST_BYTES.div_euclid(1024 * 1024);
            let what = format!("A request brings at most {most} MB.");
            return Err(fault::invalid(what).into());
        }
    }
    Ok(bytes)
}

fn file_name(part: &Field) -> Result<Option<String>, Problem> {
    let Some(given) = part.content_disposition().and_then(|it| it.get_filename()) else {
        return Ok(None);
    };
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        return Ok(Some(name.to_owned()));
    }
    Err(fault::invalid(format!("A document has a name of 1 to {LONGEST_NAME} characters.")))
}

/// Reads a file beside other work; one that takes too long is left to itself, and keeps its place
/// until it ends.
async fn learn(id: DocumentId, name: String, bytes: Vec<u8>) -> Result<Lesson, Fault> {
    let turn = time::timeout(PATIENCE, READERS.acquire()).await;
    let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
    let called = name.clone();
    let reading = task::spawn_blocking(move || {
        let _turn = turn;
        read_lesson(id, called, bytes)
    });
    let read = time::timeout(READING, reading).await.map_err(|_| too_slow(&name))?;
    let read = read.map_err(|_| unreadable(&name, &Unreadable::Broke))?;
    Ok(read.map_err(|why| unreadable(&name, &why))?)
}

/// 422: nothing can be learnt from a file; the reason says what to do.
fn unreadable(name: &str, why: &Unreadable) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable", "The file cannot be read")
        .detail(format!("{name}: {why}."))
        .next_step("Do what the sentence says and send the file again; nothing was kept.")
}

fn too_slow(name: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable", "The file cannot be read")
        .detail(format!("{name}: reading it takes longer than {} s.", READING.as_secs()))
        .next_step("Part it, or save it as plain text, and send that.")
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The desk is busy")
        .detail("Other files are being read.")
        .next_step("Try again in a moment.")
}

fn no_files() -> Problem {
    let what = "The body is no multipart/form-data with a file in it (curl -F file=@faq.csv).";
    fault::invalid(what)
}

fn view(document: Document) -> DocumentView {
    DocumentView {
        id: document.id,
        name: document.name,
        media_type: document.media_type,
        passages: document.passages,
        bytes: document.bytes,
        updated_at: Timestamp::as_millis(document.updated_at),
    }
}
