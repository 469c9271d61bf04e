using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Models.InternVL;
using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Teachers;

/// <summary>
/// The frozen teachers. A model that serves several roles is held once and runs once per sample; each runs only as deep as the
/// wanted signals need, and none runs its head.
/// </summary>
internal sealed class TeacherBank : IDisposable
{
    private readonly IReadOnlyList<Teacher> _teachers;
    private readonly int _studentReasoningLayers;

    /// <param name="teachers">Distinct models; the bank disposes them.</param>
    /// <param name="studentReasoningLayers">How many student layers the reasoning signal matches.</param>
    public TeacherBank(IReadOnlyList<Teacher> teachers, int studentReasoningLayers) =>
        (_teachers, _studentReasoningLayers) = (teachers, studentReasoningLayers);

    /// <summary>Runs the teachers of some signals over a sample.</summary>
    /// <param name="sample">The sample, on the teachers' device.</param>
    /// <param name="signals">The signals that have weight for this sample.</param>
    public TeacherTargets Observe(SampleTensors sample, IReadOnlyCollection<Capability> signals)
    {
        TeacherTargets targets = new();
        using IDisposable noGrad = no_grad();
        foreach (Teacher teacher in _teachers)
        {
            Capability[] roles = [.. signals.Where(teacher.LayersByRole.ContainsKey)];
            if (roles.Length > 0)
            {
                Observe(teacher, roles, sample, targets);
            }
        }

        return targets;
    }

    public void Dispose()
    {
        foreach (Teacher teacher in _teachers)
        {
            teacher.Model.Dispose();
        }
    }

    private void Observe(Teacher teacher, Capability[] roles, SampleTensors sample, TeacherTargets targets)
    {
        using Probe probe = new(new ProbeRequest
        {
            AttentionLayers = roles.SelectMany(role => teacher.LayersByRole[role]).ToHashSet(),
            StopsWhenSatisfied = true,
        });
        using (Tensor embeddings_1TC = sample.Embed(teacher.Model))
        {
            teacher.Model.Decode(embeddings_1TC, SequencePositions.Consecutive(1, sample.Length), probe: probe)?.Dispose();
        }

        foreach (Capability role in roles)
        {
            Tensor[] maps_1TT = [.. teacher.LayersByRole[role].Select(layer => probe.Attention[layer])];
            targets.Add(role, role == Capability.Reasoning
                ? AttentionLosses.GroupTargets(maps_1TT, _studentReasoningLayers)
                : [maps_1TT[0].alias()]);
        }
    }
}
