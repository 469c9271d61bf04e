using System.Text.Json;
using DriveKD.Distillation.Benchmarking;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>What <c>drivekd bench distill</c> found as one JSON document; <c>docs/SPEED.md</c> describes it.</summary>
internal static class DistillBenchDocument
{
    public static string Write(BenchFigures figures, RunEnvironment machine) => BenchJson.Write(
        new
        {
            conditions = new
            {
                program = machine.Version,
                machine.Commit,
                machine.StartedAt,
                figures.Device,
                figures.Threads,
                figures.Precision,
                machine.Processor,
                machine.Cores,
                machine.MemoryBytes,
                machine.OperatingSystem,
                shape = figures.Settings.Shape.Name,
                figures.Settings.StudentFolder,
                figures.Settings.TeacherFolder,
                figures.Settings.Shape.Pictures,
                figures.Settings.Shape.Tokens,
                figures.Settings.Shape.AnswerTokens,
                figures.Settings.Samples,
                figures.Settings.Rounds,
                figures.Settings.Refresh,
                figures.Settings.Seed,
                student_parameters = figures.StudentParameters.All,
                trained_parameters = figures.StudentParameters.Trained,
                figures.TeacherParameters,
            },
            ratio = new
            {
                warm_features = figures.Ratio(BenchFigures.WarmFeatures, BenchFigures.Published),
                warm_targets = figures.Ratio(BenchFigures.WarmTargets, BenchFigures.Published),
                lazy_warm_targets = figures.Ratio(BenchFigures.LazyWarmTargets, BenchFigures.Published),
                small_memory = figures.Ratio(BenchFigures.SmallMemory, BenchFigures.Published),
                cold_frozen = figures.Ratio(BenchFigures.Cold, BenchFigures.PublishedFrozen),
            },
            growth = figures.Growth,
            figures.MemoryRatio,
            figures.GemmShare,
            figures.ProjectionShare,
            figures.Agreement,
            figures.WholeAgreement,
            gemm_rate = figures.GemmRate,
            flops = new { figures.Flops.Cold, figures.Flops.WarmFeatures, figures.Flops.WarmTargets },
            seconds = figures.Legs.ToDictionary(leg => leg.Name, leg => leg.Seconds),
            rounds = figures.Legs.ToDictionary(leg => leg.Name, leg => leg.Rounds),
            samples_per_second = figures.Legs.ToDictionary(leg => leg.Name, leg => 1 / leg.Seconds),
            peak_bytes = figures.Legs.ToDictionary(leg => leg.Name, leg => leg.PeakBytes),
            phases = figures.Legs.ToDictionary(leg => leg.Name, leg => leg.Phases.ToDictionary(phase => NameOf(phase.Key), phase => phase.Value)),
        });

    /// <summary>A phase as documents and tables call it.</summary>
    public static string NameOf(StepPhase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());
}
