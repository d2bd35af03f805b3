import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's Prometheus registry. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

export const httpDuration = new Histogram({
  name: 'fairlead_http_request_seconds',
  help: 'Time from request to response, by route and status class.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers: [registry],
});

export const consumedEvents = new Counter({
  name: 'fairlead_events_consumed_total',
  help: 'Events handled by each consumer.',
  labelNames: ['consumer'],
  registers: [registry],
});

export const consumerFailures = new Counter({
  name: 'fairlead_consumer_failures_total',
  help: 'Events a consumer could not handle and will try again.',
  labelNames: ['consumer'],
  registers: [registry],
});

export const pendingStreams = new Gauge({
  name: 'fairlead_streams_pending',
  help: 'Streams with events that a consumer has not handled yet.',
  labelNames: ['consumer'],
  registers: [registry],
});

export const heldUpStreams = new Gauge({
  name: 'fairlead_streams_held_up',
  help: 'Streams in which a consumer stands before an event that it cannot handle.',
  labelNames: ['consumer'],
  registers: [registry],
});

export const heldUpSeconds = new Gauge({
  name: 'fairlead_streams_held_up_seconds',
  help: 'For how long a consumer has stood before such an event, in the stream where it is longest.',
  labelNames: ['consumer'],
  registers: [registry],
});

export const unreadableObjects = new Gauge({
  name: 'fairlead_objects_unreadable',
  help: 'Objects that the store does not give, or not as they were stored.',
  registers: [registry],
});

export const damagedUsageLines = new Counter({
  name: 'fairlead_usage_lines_damaged_total',
  help: 'Lines of usage left by killed processes that could not be counted and were set aside.',
  registers: [registry],
});
