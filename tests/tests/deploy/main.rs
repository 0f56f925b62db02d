//! What we hand to operators fits the product: the compose stack, the manifests, the alerts, the
//! dashboard, the runbooks and the scripts name only subcommands, settings, ports and metrics that
//! exist. What the machine's own tools can check besides, they check; a tool that is not there is
//! named loudly.

#[cfg(test)]
mod compose;
#[cfg(test)]
mod files;
#[cfg(test)]
mod image;
#[cfg(test)]
mod kubernetes;
#[cfg(test)]
mod observe;
#[cfg(test)]
mod product;
#[cfg(test)]
mod runbooks;
#[cfg(test)]
mod tools;
