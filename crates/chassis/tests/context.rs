//! The trace context travels whether or not traces are kept. Alone in its file: a process has one
//! set-up of its logs.

#[cfg(test)]
mod context {
    use switchboard_chassis::{
        settings::Settings,
        telemetry::{self, TelemetryError, inject_current, inject_span, set_parent},
    };

    /// The example of the specification.
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn it_travels_without_a_collector_and_whatever_is_logged() {
        let mut settings = Settings::from_sources(None, []).unwrap().telemetry;
        settings.log = "error".into();
        let _telemetry = telemetry::init(&settings, "test").unwrap();
        assert_eq!(inject_current(), Default::default());

        let first = tracing::info_span!(target: "switchboard_test", "first");
        let (sent, _) = inject_span(&first);
        assert_eq!(sent.len(), PARENT.len(), "{sent:?}");

        let second = tracing::info_span!(target: "switchboard_test", "second");
        set_parent(&second, PARENT, "vendor=1");
        let (parent, state) = second.in_scope(inject_current);
        assert_eq!(parent[..36], PARENT[..36]);
        assert_ne!(parent, PARENT);
        assert_eq!(state, "vendor=1");

        let third = tracing::info_span!(target: "switchboard_test", "third");
        set_parent(&third, "no context", "");
        assert_eq!(inject_span(&third).0.len(), PARENT.len());

        let again = telemetry::init(&settings, "test").unwrap_err();
        assert!(matches!(again, TelemetryError::Twice(_)), "{again}");
    }
}
