//! The service over an embedded backend, against the simulator in Meta's place.

#[cfg(test)]
mod block_list;
#[cfg(test)]
mod chaos;
#[cfg(test)]
mod connect;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod doubt;
#[cfg(test)]
mod errands;
#[cfg(test)]
mod files;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod media;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod sending;
