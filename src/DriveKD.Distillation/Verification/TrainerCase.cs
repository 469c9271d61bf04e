using DriveKD.Data.Errors;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>A recorded run, opened: its numbers, and which of the folder's samples and orders of parameters are its own.</summary>
internal sealed class TrainerCase
{
    private TrainerCase(TrainerFolder folder, GoldenCase golden, StageTable stages) => (Folder, Golden, Stages) = (folder, golden, stages);

    /// <summary>The folder.</summary>
    public TrainerFolder Folder { get; }

    /// <summary>The recording.</summary>
    public GoldenCase Golden { get; }

    /// <summary>The tallies.</summary>
    public StageTable Stages { get; }

    /// <summary>How the run was set up.</summary>
    public required TrainerSettings Settings { get; init; }

    /// <summary>How its vectors lie.</summary>
    public required ParameterOrder Order { get; init; }

    /// <summary>Its samples.</summary>
    public required RecordedSampleSet Samples { get; init; }

    /// <summary>What is recorded of each sample that was run.</summary>
    public required IReadOnlyList<GoldenFacts> MicroSteps { get; init; }

    /// <summary>What is recorded of each optimizer step.</summary>
    public required IReadOnlyList<GoldenFacts> OptimizerSteps { get; init; }

    /// <summary>The numbers of the samples, in order, by epoch.</summary>
    public required IReadOnlyList<int[]> Epochs { get; init; }

    /// <summary>Reads what a recording says of its run.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="golden">The recording.</param>
    /// <param name="stages">Empty tallies.</param>
    /// <exception cref="InputException">It is not of this form.</exception>
    public static TrainerCase Read(TrainerFolder folder, GoldenCase golden, StageTable stages)
    {
        GoldenFacts facts = golden.Facts;
        ParameterOrder order = folder.OrderOf(facts.Integer("parameters_total"));
        IReadOnlyList<GoldenFacts> microSteps = facts.Need("micro_steps", facts.Objects("micro_steps"));
        IReadOnlyList<double[]> epochs = facts.Need("sample_order_per_epoch", facts.Rows("sample_order_per_epoch"));
        if (epochs.Any(epoch => epoch.Any(index => index < 0 || index > int.MaxValue || index != Math.Floor(index))))
        {
            throw facts.Wrong("sample_order_per_epoch", "a list of lists of sample numbers");
        }

        return new TrainerCase(folder, golden, stages)
        {
            Settings = TrainerSettings.Read(facts.Need("settings", facts.Object("settings")), order.Names),
            Order = order,
            Samples = folder.SamplesOf(golden.Name, microSteps),
            MicroSteps = microSteps,
            OptimizerSteps = facts.Need("optimizer_steps", facts.Objects("optimizer_steps")),
            Epochs = [.. epochs.Select(epoch => epoch.Select(index => (int)index).ToArray())],
        };
    }
}
