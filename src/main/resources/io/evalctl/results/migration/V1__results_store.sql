-- The results store. Other tools read campaigns and trials: their first columns keep these names,
-- types and order; more columns may follow them.

CREATE TABLE campaigns (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_name     TEXT    NOT NULL,
    chaos_type       TEXT    NOT NULL,
    trial_count      INTEGER NOT NULL,
    baseline         INTEGER NOT NULL DEFAULT 0,
    created_at       TEXT    NOT NULL,
    name             TEXT,
    run_id           TEXT,
    seed             INTEGER,
    agent            TEXT,
    variant_name     TEXT,
    status           TEXT    NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'complete', 'interrupted')),
    ended_at         TEXT,
    config_json      TEXT    NOT NULL DEFAULT '{}',
    topology_json    TEXT    NOT NULL DEFAULT '{}',
    environment_json TEXT    NOT NULL DEFAULT '{}',
    owner_pid        INTEGER,
    owner_start      INTEGER,
    owner_host       TEXT
);

CREATE TABLE trials (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id        INTEGER NOT NULL REFERENCES campaigns(id),
    started_at         TEXT    NOT NULL,
    chaos_injected_at  TEXT,
    ticket_created_at  TEXT,
    resolved_at        TEXT,
    ended_at           TEXT    NOT NULL,
    initial_state      TEXT    NOT NULL,
    final_state        TEXT    NOT NULL,
    chaos_metadata     TEXT    NOT NULL,
    commands_json      TEXT    NOT NULL DEFAULT '[]',
    ordinal            INTEGER,
    attempt            INTEGER NOT NULL DEFAULT 1,
    arm                TEXT,
    seed               INTEGER,
    target             TEXT,
    outcome            TEXT,
    healed_by          TEXT,
    ticket_id          INTEGER,
    onset_at           TEXT,
    recovered_at       TEXT,
    undone_at          TEXT,
    time_to_detect_ms  INTEGER,
    time_to_resolve_ms INTEGER,
    time_to_recover_ms INTEGER,
    unavailable_ms     INTEGER,
    canary_json        TEXT    NOT NULL DEFAULT '{}',
    collateral_json    TEXT    NOT NULL DEFAULT '{}',
    operator_data_json TEXT    NOT NULL DEFAULT '{}',
    flags_json         TEXT    NOT NULL DEFAULT '[]',
    error_code         TEXT,
    error_message      TEXT,
    UNIQUE (campaign_id, ordinal, arm, attempt)
);
CREATE INDEX idx_trials_campaign ON trials(campaign_id);

CREATE TABLE trial_events (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    trial_id    INTEGER NOT NULL REFERENCES trials(id),
    at          TEXT    NOT NULL,
    mono_ns     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    detail_json TEXT    NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_trial_events_trial ON trial_events(trial_id);

CREATE TABLE chaos_journal (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id   INTEGER REFERENCES campaigns(id),
    trial_id      INTEGER REFERENCES trials(id),
    subject       TEXT    NOT NULL,
    subject_home  TEXT,
    chaos_type    TEXT    NOT NULL,
    metadata_json TEXT    NOT NULL DEFAULT '{}',
    state         TEXT    NOT NULL CHECK (state IN ('intent', 'injected', 'undone', 'undo-failed')),
    intent_at     TEXT    NOT NULL,
    injected_at   TEXT,
    undone_at     TEXT,
    owner_pid     INTEGER NOT NULL,
    owner_start   INTEGER NOT NULL,
    owner_host    TEXT    NOT NULL,
    error         TEXT
);
CREATE INDEX idx_chaos_journal_open ON chaos_journal(state) WHERE state <> 'undone';

CREATE TABLE eval_runs (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset          TEXT NOT NULL,
    dataset_sha256   TEXT NOT NULL,
    model            TEXT NOT NULL,
    task             TEXT NOT NULL,
    epochs           INTEGER NOT NULL DEFAULT 1,
    seed             INTEGER,
    status           TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'complete', 'interrupted')),
    created_at       TEXT NOT NULL,
    ended_at         TEXT,
    config_json      TEXT NOT NULL DEFAULT '{}',
    environment_json TEXT NOT NULL DEFAULT '{}',
    name             TEXT NOT NULL,
    group_id         TEXT NOT NULL,
    sample_count     INTEGER NOT NULL,
    owner_pid        INTEGER NOT NULL,
    owner_start      INTEGER NOT NULL,
    owner_host       TEXT NOT NULL
);
CREATE INDEX idx_eval_runs_group ON eval_runs(group_id);

CREATE TABLE eval_samples (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id           INTEGER NOT NULL REFERENCES eval_runs(id),
    case_name        TEXT NOT NULL,
    epoch            INTEGER NOT NULL,
    status           TEXT NOT NULL,
    output_json      TEXT NOT NULL DEFAULT '{}',
    error_code       TEXT,
    error_message    TEXT,
    started_at       TEXT NOT NULL,
    ended_at         TEXT NOT NULL,
    duration_ms      INTEGER NOT NULL,
    input_tokens     INTEGER,
    output_tokens    INTEGER,
    reasoning_tokens INTEGER,
    cached_tokens    INTEGER,
    cost_usd         REAL,
    clone_ms         REAL,
    trace_path       TEXT,
    passed           INTEGER NOT NULL DEFAULT 0,
    value            REAL    NOT NULL DEFAULT 0,
    UNIQUE (run_id, case_name, epoch)
);

CREATE TABLE eval_scores (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    sample_id INTEGER NOT NULL REFERENCES eval_samples(id),
    scorer    TEXT NOT NULL,
    value     REAL NOT NULL,
    passed    INTEGER NOT NULL,
    reason    TEXT
);
CREATE INDEX idx_eval_scores_sample ON eval_scores(sample_id);

CREATE TABLE transcripts (
    id                  TEXT PRIMARY KEY,
    run_id              TEXT NOT NULL,
    scenario_id         TEXT NOT NULL,
    model_id            TEXT NOT NULL,
    model_version       TEXT,
    content             TEXT NOT NULL,
    turn_count          INTEGER NOT NULL,
    token_count         INTEGER,
    duration_ms         INTEGER NOT NULL,
    estimated_cost      REAL,
    sample_index        INTEGER NOT NULL DEFAULT 0,
    definition_snapshot TEXT NOT NULL DEFAULT '{}',
    created_at          TEXT NOT NULL
);
CREATE INDEX idx_transcripts_run ON transcripts(run_id, scenario_id);

-- What makes the file ours, and which version of this schema it has; read without Flyway.
PRAGMA application_id = 1163280716; -- 'EVAL'
PRAGMA user_version = 1;
