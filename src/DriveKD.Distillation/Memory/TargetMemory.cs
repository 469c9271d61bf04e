using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Models.Streaming;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>The memory that making targets ahead takes: no student, one teacher at a time, loaded or streamed.</summary>
/// <remarks>Letters as in <see cref="ActivationBytes"/>; N pictures, V vocabulary.</remarks>
internal static class TargetMemory
{
    private const double Wide = sizeof(float);

    /// <summary>With a teacher in memory.</summary>
    /// <param name="run">The run.</param>
    /// <param name="teacher">One of its teachers.</param>
    public static MemoryNeed Loaded(RunShape run, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher)
    {
        double b = NumberBytes(run);
        double work = MemoryNeed.TeacherWork(run, teacher, b);
        MemoryPart weights = new("the teacher", MemoryNeed.Elements(run, teacher) * b, "parameters up to the last layer that is read x compute format");
        return Of(weights, run, work);
    }

    /// <summary>With a teacher of which two layers at most are in memory; what waits between them comes on top.</summary>
    /// <param name="run">The run.</param>
    /// <param name="teacher">One of its teachers.</param>
    public static MemoryNeed Streamed(RunShape run, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher)
    {
        double b = NumberBytes(run);
        RunShape alone = run with { Recipe = run.Recipe with { Train = run.Recipe.Train with { BatchSize = 1 } } };
        bool readsHead = teacher.Roles.Any(role => run.Plan.Signals[role].TeacherTaps.NeedsFinalHidden);
        // Beside a layer's own work: the state that it comes from, and rows of the embedding as they are stored and as they compute.
        double work = MemoryNeed.TeacherWork(alone, teacher, b) + (2 * Wide * run.Longest.Tokens * teacher.Config.Language.HiddenSize);
        MemoryPart weights = new(
            "parts of the teacher",
            StreamedSizes.Of(teacher.Config).Largest(readsHead) * b,
            "two layers, or what is held of the tower, or the projector, or where logits are followed the head, x compute format");
        return Of(weights, alone, work);
    }

    /// <summary>
    /// What a sample has while others run: b T C for its state, and the larger of what its pictures have in the tower, N b times the larger of a
    /// block's tokens and the shuffled patches, and of what was tapped, 4 T^2 for each map and b T C for each state.
    /// </summary>
    /// <param name="config">The teacher.</param>
    /// <param name="taps">What is read of it for the sample.</param>
    /// <param name="tokens">T.</param>
    /// <param name="pictures">N.</param>
    /// <param name="pictureTokens">Image tokens of one of them.</param>
    /// <param name="numberBytes">b.</param>
    public static double Waiting(ModelConfig config, IReadOnlyList<SignalTaps> taps, int tokens, int pictures, int pictureTokens, double numberBytes)
    {
        double state = numberBytes * tokens * config.Language.HiddenSize;
        double block = config.Tower.PatchesOf(pictureTokens) * config.Tower.Width;
        double vision = pictures * numberBytes * Math.Max(block, (double)pictureTokens * config.ProjectorInputs);
        int maps = taps.SelectMany(tap => tap.AttentionLayers).Distinct().Count();
        int states = taps.SelectMany(tap => tap.HiddenStates).Distinct().Count();
        return state + Math.Max(vision, (maps * Wide * tokens * tokens) + (states * state));
    }

    /// <summary>Bytes of a number that teachers compute with.</summary>
    /// <param name="run">The run.</param>
    public static double NumberBytes(RunShape run) => run.Recipe.Precision == Precision.Float32 ? Wide : sizeof(ushort);

    private static MemoryNeed Of(MemoryPart weights, RunShape run, double work)
    {
        MemoryPart[] parts =
        [
            MemoryNeed.ProgramPart,
            weights,
            new("pictures", MemoryNeed.Pictures(run), "decoded files, and pixels of the samples at work") { IsOnHost = true },
            new("the teacher at work", work, "the larger of a decoder layer with the maps and states of a sample, and a block of the tower"),
        ];
        return new MemoryNeed([.. parts.Where(part => part.Bytes > 0)], work);
    }
}
