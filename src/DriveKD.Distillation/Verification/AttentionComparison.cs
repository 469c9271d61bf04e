using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Models.Probing;
using DriveKD.Models.Verification;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>
/// Compares the maps that a micro-step recorded: the student's of any layer, and what the teachers hand over for each student layer.
/// </summary>
/// <remarks>Shapes: T tokens, C channels.</remarks>
internal static class AttentionComparison
{
    private const string StudentInfix = ".student_attention_head_mean.";
    private const string MapInfix = "_attention_head_mean.";
    private const string TargetInfix = "_target_for_student_layer.";
    private const string TeacherPrefix = "teacher_";

    /// <summary>Runs student and teachers once more over the sample, if any map of it is recorded.</summary>
    /// <param name="world">The models, before the step.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="golden">The case.</param>
    /// <param name="prefix">The micro-step's name in the tensors.</param>
    /// <param name="tally">Where the maps are compared.</param>
    public static void Run(TrainerWorld world, EncodedSample sample, GoldenCase golden, string prefix, StageTally tally)
    {
        string[] names = [.. golden.Names.Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal) && (name.Contains(MapInfix, StringComparison.Ordinal) || name.Contains(TargetInfix, StringComparison.Ordinal)))];
        if (names.Length == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using SampleBatch tensors = new([sample], world.Student.Placement.Device);
        string[] ofStudent = [.. names.Where(name => name.Contains(StudentInfix, StringComparison.Ordinal))];
        using Probe probe = new(new ProbeRequest { AttentionLayers = ofStudent.Select(LayerOf).OfType<int>().Where(layer => layer < world.Student.Config.Language.Layers).ToHashSet() });
        world.Student.Decode(tensors.Embed(world.Student, world.Teachers.Features.Of(world.Student, tensors)), tensors.PositionsFor(world.Student), probe: probe);
        foreach (string name in ofStudent)
        {
            Compare(golden, name, LayerOf(name) is int layer ? probe.Attention.GetValueOrDefault(layer) : null, tally);
        }

        Capability[] roles = [.. world.Plan.SignalShares(sample.Source.Capability, sample.HasPictures).Keys];
        using TeacherTargets targets = world.Teachers.Observe(tensors, [roles])[0];
        foreach (string name in names.Except(ofStudent))
        {
            Compare(golden, name, OfTeacher(world.Plan, targets, name, prefix), tally);
        }
    }

    private static void Compare(GoldenCase golden, string name, Tensor? own, StageTally tally)
    {
        if (own is null)
        {
            tally.Skip($"{name} (no signal here reads that map)");
            golden.Read(name).Dispose();
        }
        else
        {
            tally.Near(name, golden.Read(name), own.to(CPU));
        }
    }

    /// <summary>The part of a target that a name means: of a student layer, or of the one teacher layer that the signal reads.</summary>
    private static Tensor? OfTeacher(StepPlan plan, TeacherTargets targets, string name, string prefix)
    {
        string rest = name[(prefix.Length + 1)..];
        string role = (rest.StartsWith(TeacherPrefix, StringComparison.Ordinal) ? rest[TeacherPrefix.Length..] : rest).Split('_')[0];
        if (LayerOf(name) is not int layer
            || !Enum.TryParse(role, ignoreCase: true, out Capability capability)
            || !targets.Roles.Contains(capability))
        {
            return null;
        }

        ISignal signal = plan.Signals[capability];
        bool isTarget = name.Contains(TargetInfix, StringComparison.Ordinal);
        int place = isTarget
            ? Array.IndexOf([.. signal.StudentTaps.AttentionLayers], layer)
            : signal.TeacherTaps.AttentionLayers.Count == 1 && signal.TeacherTaps.AttentionLayers[0] == layer ? 0 : -1;
        return place < 0 ? null : targets[capability].Values[place];
    }

    private static int? LayerOf(string name) =>
        int.TryParse(name[(name.LastIndexOf('.') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : null;
}
