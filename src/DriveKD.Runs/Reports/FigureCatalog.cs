using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>Every figure that a report can have, in the order of the page.</summary>
internal static class FigureCatalog
{
    private static readonly string[] _capabilities = [.. MetricNames.Signals, MetricNames.All];

    public static IReadOnlyList<Figure> All { get; } =
    [
        new()
        {
            Id = "losses",
            Title = "Losses",
            Caption = "The unweighted loss of each task, per optimizer step the mean over the samples in which the task took part. Cross-entropy is in nats per "
                + "answer token; the signals are mean squared differences of attention weights, so their sizes do not compare with it. A loss that is "
                + "learned falls; a signal that stays level while the cross-entropy falls is not reaching the student.",
            Metrics = [.. Tasks(MetricNames.Loss).Select((metric, i) => metric with { Unit = i == 0 ? "nats per token" : "squared difference" })],
            Options = new() { Unit = "loss", MayBeLogarithmic = true },
            IsSplit = true,
        },
        new()
        {
            Id = "validation-loss",
            Title = "Validation: cross-entropy by capability",
            Caption = "Cross-entropy on held-out samples, for each capability and for all. The ring marks the best step of each line, the dotted line its place on "
                + "the axis. A line that rises behind its ring while the training loss falls has begun to overfit.",
            Metrics = Capabilities(MetricNames.ValidationLoss),
            Options = new() { Unit = "nats per token", IsNoisy = false },
            MarksBest = true,
        },
        new()
        {
            Id = "validation-exact-match",
            Title = "Validation: exact match by capability",
            Caption = "The share of held-out samples whose answer is matched exactly. Higher is better; the ring marks the best step of each line.",
            Metrics = Capabilities(MetricNames.ExactMatch),
            Options = new() { Unit = "share of samples", Form = ValueForm.Percent, IsNoisy = false, Includes = [0] },
            MarksBest = true,
        },
        new()
        {
            Id = "weights",
            Title = "Weights of the losses",
            Caption = "The factor that each loss had at each step. Level lines are static weights; moving ones follow the losses or gradients. Read it with the next "
                + "figure: weight x gradient norm is what a task brings to the update.",
            Metrics = Tasks(MetricNames.Weight),
            Options = new() { Unit = "weight", IsNoisy = false, MayBeLogarithmic = true },
        },
        new()
        {
            Id = "gradient-norms",
            Title = "Gradient norms",
            Caption = "The norm of each task's unweighted gradient, the mean over the step's samples, and of the update handed to the optimizer. Lines decades apart need "
                + "weights decades apart, or the smaller task does not count.",
            Metrics = [.. Tasks(MetricNames.TaskGradientNorm), new FigureMetric(MetricNames.GradientNorm, "update", "update", Palette.Whole)],
            Options = new() { Unit = "norm", MayBeLogarithmic = true },
        },
        new()
        {
            Id = "cosines",
            Title = "Cosines between the tasks' gradients",
            Caption = "The mean cosine of the angle between two tasks' gradients. Above the zero line the two tasks agree; at it they do not touch each other; below "
                + "it they conflict and one undoes the other.",
            Metrics = Pairs(MetricNames.Cosine),
            Options = new() { Unit = "cosine", Includes = [0], Reference = (0, "") },
        },
        new()
        {
            Id = "conflict-rates",
            Title = "Conflict rate of each pair",
            Caption = "The share of a step's samples in which two tasks' gradients had a negative inner product. Lines at 0 mean that a projection has nothing to do.",
            Metrics = Pairs(MetricNames.Conflict),
            Options = new() { Unit = "share of samples", Form = ValueForm.Percent, Includes = [0], HidesNoise = true },
        },
        new()
        {
            Id = "projections",
            Title = "Conflicts and projections per sample",
            Caption = "The mean number of conflicting pairs in a sample before and after the projection, and of the projections made in each stage (first: against the "
                + "supervision; second: among the capabilities). What is left after is what the projection could not resolve.",
            Metrics =
            [
                new(MetricNames.ConflictsBefore, "conflicts before", "before", 1),
                new(MetricNames.ConflictsAfter, "conflicts after", "after", 0),
                new(MetricNames.FirstStage, "projections, first stage", "stage 1", 2),
                new(MetricNames.SecondStage, "projections, second stage", "stage 2", 3),
            ],
            Options = new() { Unit = "per sample", Includes = [0], HidesNoise = true },
        },
        new()
        {
            Id = "coefficients",
            Title = "Coefficients in the update",
            Caption = "The factor with which each task's gradient entered the update, the mean over the step's samples. A plain sum gives every task its own weight; "
                + "what a projection takes from one task's direction shows as another coefficient.",
            Metrics = Tasks(MetricNames.Coefficient),
            Options = new() { Unit = "coefficient", Includes = [0] },
        },
        new()
        {
            Id = "coefficient-drift",
            Title = "Drift of the coefficients",
            Caption = "With gradients.refresh above 1: how far the coefficient that moved most was, at each exact step, from the one that had been used since the "
                + "last. Near 0 the steps in between were as good as exact; far above it, refresh more often.",
            Metrics = [new(MetricNames.CoefficientDrift, "largest change of a coefficient", "drift", 2)],
            Options = new() { Unit = "coefficient", Includes = [0] },
        },
        new()
        {
            Id = "distillation-share",
            Title = "Share of distillation in the update",
            Caption = "The norm of the update's distillation part over the norm of the whole update. Below the dashed line at 1 % the teachers hardly move the student; "
                + "near 100 % the answers hardly do.",
            Metrics = [new(MetricNames.DistillationShare, "distillation share", "share", 1)],
            Options = new() { Unit = "share of the update's norm", Form = ValueForm.Percent, Includes = [0, 0.012], Reference = (SignalStrength.Weak, "1 %") },
        },
        new()
        {
            Id = "learning-rate",
            Title = "Learning rate",
            Caption = "The optimizer's rate at each step: warm-up, then the schedule.",
            Metrics = [new(MetricNames.LearningRate, "learning rate", "rate", 0)],
            Options = new() { Unit = "rate", IsNoisy = false, Includes = [0] },
        },
        new()
        {
            Id = "clipping",
            Title = "Clipping",
            Caption = "The factor by which the update was shortened to the greatest norm allowed. At 1 nothing was cut; a line far below 1 all the time means that the "
                + "limit, not the learning rate, sets the pace.",
            Metrics = [new(MetricNames.ClipFactor, "clip factor", "clip", 0)],
            Options = new() { Unit = "factor", Includes = [0, 1] },
        },
        new()
        {
            Id = "throughput",
            Title = "Throughput",
            Caption = "How fast the run trained. A slow beginning is start-up; steps that grow slower point at memory or at another load on the machine.",
            Metrics =
            [
                new(MetricNames.SamplesPerSecond, "samples", "samples", 0) { Unit = "samples per second" },
                new(MetricNames.TokensPerSecond, "tokens", "tokens", 2) { Unit = "tokens per second" },
                new(MetricNames.StepSeconds, "time of a step", "step", 1) { Unit = "seconds" },
            ],
            Options = new() { Unit = "rate", Includes = [0] },
            IsSplit = true,
        },
        new()
        {
            Id = "memory",
            Title = "Memory",
            Caption = "Memory of the process that is resident. It should become level; a line that keeps rising is a leak.",
            Metrics = [new(MetricNames.Memory, "resident memory", "memory", 3) { Divisor = 1e9 }],
            Options = new() { Unit = "GB", IsNoisy = false, Includes = [0] },
        },
    ];

    private static FigureMetric[] Tasks(string prefix) => [.. MetricNames.Tasks.Select((task, i) => new FigureMetric(prefix + task, task, task, i))];

    private static FigureMetric[] Capabilities(string prefix) =>
        [.. _capabilities.Select((name, i) => new FigureMetric(prefix + name, name, name, name == MetricNames.All ? Palette.Whole : i + 1))];

    private static FigureMetric[] Pairs(string prefix) =>
        [.. MetricNames.Pairs.Select((pair, i) => new FigureMetric($"{prefix}{pair.First}_{pair.Second}", $"{pair.First} and {pair.Second}", $"{Short(pair.First)}/{Short(pair.Second)}", i))];

    private static string Short(string task) => task[..Math.Min(3, task.Length)];
}
