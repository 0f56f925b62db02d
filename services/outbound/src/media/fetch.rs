//! One try to get one file from Meta.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use secrecy::{ExposeSecret, SecretString};
use switchboard_domain::Channel;
use switchboard_graph::{GraphFault, MediaFacts};
use switchboard_media::{MediaError, Written};
use switchboard_meta::error::Class;
use switchboard_outside::{Download, Fault};
use switchboard_store::media::work::{Job, Kept};
use url::Url;

use crate::{account::Loaded, context::Context};

/// Why there is no file.
pub(super) enum Trouble {
    /// It may come yet.
    Later(String),
    /// It will not; a sentence for the agent.
    Never(String),
}

const GONE: &str = "Meta no longer has it.";
const NOT_CONNECTED: &str = "The account is not connected any more.";

/// Where to fetch from, and with what.
struct Source {
    url: String,
    token: Option<SecretString>,
    facts: Option<MediaFacts>,
}

/// Gets a file and keeps it.
pub(super) async fn fetch(context: &Context, job: &Job) -> Result<Kept, Trouble> {
    let source = locate(context, job).await?;
    if let Some(size) = source.facts.as_ref().and_then(|facts| facts.file_size) {
        check_size(context, size)?;
    }
    let token = |url: &Url| source.token.clone().filter(|_| context.graph.is_metas(url));
    let download = context.outside.download(&source.url, token).await.map_err(unreachable)?;
    check_status(job, &download)?;
    if let Some(size) = download.length {
        check_size(context, size)?;
    }
    let told = download.mime_type.clone().filter(|kind| kind != "application/octet-stream");
    let (written, sniffed) = keep(context, job, download).await?;
    if let Some(facts) = &source.facts {
        check_hash(facts, &written)?;
    }
    let announced = source.facts.and_then(|facts| facts.mime_type).or(job.media.mime_type.clone());
    let mime_type = announced.or(told).or(sniffed);
    Ok(Kept { size: written.size, sha256: written.sha256, mime_type })
}

async fn locate(context: &Context, job: &Job) -> Result<Source, Trouble> {
    let (workspace, account) = (job.media.workspace, job.media.account);
    let loaded = context.vault.load(&context.store, workspace, account).await;
    let loaded = loaded.map_err(|error| Trouble::Later(error.to_string()))?;
    let loaded = loaded.ok_or_else(|| Trouble::Never(NOT_CONNECTED.into()))?;
    match (loaded.account.channel, &job.platform_id, &job.url) {
        (Channel::WhatsApp, Some(id), _) => ask(context, loaded, id).await,
        (_, _, Some(url)) => Ok(Source { url: url.clone(), token: None, facts: None }),
        _ => Err(Trouble::Never("Meta gave no link to it.".into())),
    }
}

/// Of WhatsApp's files the webhook tells an id.
async fn ask(context: &Context, loaded: Loaded, id: &str) -> Result<Source, Trouble> {
    let access = loaded.access.map_err(|why| Trouble::Later(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let asked = context.graph.media((id, &access.node), &access.token, proof).await;
    let facts = asked.map_err(|fault| match fault {
        GraphFault::Refused(error) => match error.verdict(Channel::WhatsApp).class {
            // "Unsupported get request": there is no such object any more.
            Class::Permanent | Class::Recipient | Class::Window => Trouble::Never(GONE.into()),
            _ => Trouble::Later(error.advice(Channel::WhatsApp)),
        },
        other => Trouble::Later(other.to_string()),
    })?;
    Ok(Source { url: facts.url.clone(), token: Some(access.token.clone()), facts: Some(facts) })
}

fn unreachable(fault: Fault) -> Trouble {
    match fault {
        Fault::Refused(why) => Trouble::Never(format!(
            "It was not fetched: {why}. (Only addresses of the internet are, by https.)"
        )),
        Fault::Away(why) => Trouble::Later(why),
        Fault::TooLarge => Trouble::Never("It is too large.".into()),
    }
}

/// A link of WhatsApp that has run out is asked for anew; others have no second.
fn check_status(job: &Job, download: &Download) -> Result<(), Trouble> {
    match download.status {
        200 => Ok(()),
        status @ (401 | 403 | 404 | 410) if job.platform_id.is_some() => {
            Err(Trouble::Later(format!("Meta's link to it answered {status}")))
        }
        401 | 403 | 404 | 410 => Err(Trouble::Never(GONE.into())),
        status => Err(Trouble::Later(format!("Meta answered {status}"))),
    }
}

fn check_size(context: &Context, size: u64) -> Result<(), Trouble> {
    if size <= context.media.max_bytes { Ok(()) } else { Err(too_large(context.media.max_bytes)) }
}

fn too_large(limit: u64) -> Trouble {
    let megabytes = limit.div_euclid(1024 * 1024);
    Trouble::Never(format!("It is larger than the {megabytes} MB that are kept (media.max_bytes)."))
}

/// Writes it down piece by piece; tells what its first bytes look like, too.
async fn keep(
    context: &Context,
    job: &Job,
    mut download: Download,
) -> Result<(Written, Option<String>), Trouble> {
    let limit = context.media.max_bytes;
    let mut file = context.files.write(job.media.workspace, job.media.id, limit);
    let mut sniffed = None;
    let mut first = true;
    loop {
        let piece = match download.piece().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(fault) => {
                file.abort().await;
                return Err(unreachable(fault));
            }
        };
        if std::mem::take(&mut first) {
            sniffed = infer::get(&piece).map(|kind| kind.mime_type().to_owned());
        }
        if let Err(error) = file.put(piece).await {
            file.abort().await;
            return Err(match error {
                MediaError::TooLarge { limit } => too_large(limit),
                other => Trouble::Later(other.to_string()),
            });
        }
    }
    let written = file.finish().await.map_err(|error| Trouble::Later(error.to_string()))?;
    Ok((written, sniffed))
}

/// The hash that Meta announced, in the digits that it documents or in base64 as in webhooks.
fn check_hash(facts: &MediaFacts, written: &Written) -> Result<(), Trouble> {
    let Some(announced) = &facts.sha256 else { return Ok(()) };
    let hex = match BASE64.decode(announced) {
        Ok(bytes) if bytes.len() == 32 => hex::encode(bytes),
        _ => announced.to_ascii_lowercase(),
    };
    if hex.len() != 64 || hex == written.sha256 {
        return Ok(());
    }
    Err(Trouble::Later("what came is not what Meta announced".into()))
}
