//! The bots over an embedded backend, each test on its own.

#[cfg(test)]
mod counterpart;
#[cfg(test)]
mod door;
#[cfg(test)]
mod faulty;
#[cfg(test)]
mod http;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod llm;
#[cfg(test)]
mod meta;
#[cfg(test)]
mod news;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod turns;
