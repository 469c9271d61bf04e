using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>The outputs of decoder layers; through a learned map where the teacher is wider (ablation of the paper).</summary>
/// <remarks>Shapes: T tokens, C the student's channels, D the teacher's.</remarks>
internal sealed class HiddenStateSignal : ISignal
{
    private readonly SignalSettings _settings;

    /// <param name="role">The teacher's capability.</param>
    /// <param name="settings">Distance and scale.</param>
    /// <param name="studentLayers">The student's layers, from 0.</param>
    /// <param name="teacherLayers">The teacher's layers, from 0.</param>
    /// <param name="studentWidth">C.</param>
    /// <param name="teacherWidth">D.</param>
    public HiddenStateSignal(
        Capability role, SignalSettings settings, IReadOnlyList<int> studentLayers, IReadOnlyList<int> teacherLayers, int studentWidth, int teacherWidth)
    {
        (Role, _settings) = (role, settings);
        StudentTaps = new SignalTaps { HiddenStates = [.. studentLayers.Select(layer => layer + 1)] };
        TeacherTaps = new SignalTaps { HiddenStates = [.. teacherLayers.Select(layer => layer + 1)] };
        Maps = studentWidth == teacherWidth
            ? []
            : [.. StudentTaps.HiddenStates.Select(layer => new HiddenStateMapShape(NameOf(layer), teacherWidth, studentWidth))];
    }

    public Capability Role { get; }

    public SignalTaps StudentTaps { get; }

    public SignalTaps TeacherTaps { get; }

    public bool NeedsPictures => false;

    public IReadOnlyList<HiddenStateMapShape> Maps { get; }

    public SignalTarget TargetOf(SampleView teacher)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] states_TD = [.. TeacherTaps.HiddenStates.Select(teacher.Hidden_TC)];
        IReadOnlyList<Tensor> targets_TD = LayerGroups.Means(states_TD, StudentTaps.HiddenStates.Count);
        return new SignalTarget([.. targets_TD.Select(target => target.DetachFromDisposeScope())]);
    }

    public Tensor Loss(SampleView student, SignalTarget target, HiddenStateMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] student_TD = [.. StudentTaps.HiddenStates.Select(layer => Mapped(student.Hidden_TC(layer), layer, maps))];
        Tensor loss = (_settings.Distance, _settings.Scale) switch
        {
            (SignalDistance.Squared, SignalScale.Published) => HiddenStateLosses.Squared(student_TD, target.Values),
            (SignalDistance.Squared, SignalScale.Relative) => HiddenStateLosses.Relative(student_TD, target.Values),
            (SignalDistance.Cosine, _) => HiddenStateLosses.Cosine(student_TD, target.Values),
            _ => throw new InvalidOperationException($"No hidden-state loss for {_settings}."),
        };
        return loss.MoveToOuterDisposeScope();
    }

    private Tensor Mapped(Tensor state_TC, int layer, HiddenStateMaps maps)
    {
        if (Maps.Count == 0)
        {
            return state_TC;
        }

        Parameter map_DC = maps.Parameters[NameOf(layer)];
        return nn.functional.linear(state_TC.to_type(ScalarType.Float32), map_DC);
    }

    private string NameOf(int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"hidden_state_maps.{Role.ToString().ToLowerInvariant()}.layer_{layer}");
}
