using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Models.InternVL;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Teachers;

/// <summary>
/// The frozen teachers. A model that serves several roles is held once and runs once per batch; each runs only as deep as the wanted
/// signals need, and none runs its head over a whole sequence.
/// </summary>
/// <remarks>Shapes: B samples, T tokens of the longest, C channels.</remarks>
internal sealed class TeacherBank : IDisposable
{
    private readonly IReadOnlyList<Teacher> _teachers;

    /// <param name="teachers">Distinct models; the bank disposes them.</param>
    public TeacherBank(IReadOnlyList<Teacher> teachers) => _teachers = teachers;

    /// <summary>Runs each teacher once over those samples of a batch that want any of its signals.</summary>
    /// <param name="samples">The samples, on the teachers' device.</param>
    /// <param name="roles">For each sample the signals that have weight for it.</param>
    /// <returns>Each sample's targets, owned by the caller.</returns>
    public IReadOnlyList<TeacherTargets> Observe(IReadOnlyList<SampleTensors> samples, IReadOnlyList<IReadOnlyCollection<Capability>> roles)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(roles.Count, samples.Count);
        TeacherTargets[] targets = [.. samples.Select(_ => new TeacherTargets())];
        try
        {
            using IDisposable noGrad = no_grad();
            foreach (Teacher teacher in _teachers)
            {
                Pupil[] pupils =
                [
                    .. Enumerable.Range(0, samples.Count)
                        .Select(i => new Pupil(samples[i], [.. roles[i].Where(teacher.Signals.ContainsKey)], targets[i]))
                        .Where(pupil => pupil.Roles.Count > 0),
                ];
                if (pupils.Length > 0)
                {
                    Observe(teacher, pupils);
                }
            }

            return targets;
        }
        catch
        {
            foreach (TeacherTargets target in targets)
            {
                target.Dispose();
            }

            throw;
        }
    }

    public void Dispose()
    {
        foreach (Teacher teacher in _teachers)
        {
            teacher.Model.Dispose();
        }
    }

    private static void Observe(Teacher teacher, Pupil[] pupils)
    {
        using DisposeScope scope = NewDisposeScope();
        SignalTaps[] taps = [.. pupils.SelectMany(pupil => pupil.Roles).Distinct().Select(role => teacher.Signals[role].TeacherTaps)];
        using Probe probe = new(SignalTaps.Request(taps, endsEarly: true));
        Tensor? final_BTC;
        using (Tensor embeddings_BTC = BatchEmbedding.Embed(teacher.Model, [.. pupils.Select(pupil => pupil.Sample)]))
        {
            SequencePositions positions = SequencePositions.Consecutive(pupils.Length, (int)embeddings_BTC.shape[1]);
            final_BTC = teacher.Model.Decode(embeddings_BTC, positions, probe: probe);
        }

        for (int row = 0; row < pupils.Length; row++)
        {
            SampleTensors sample = pupils[row].Sample;
            SampleView view = new(probe, row, sample.Length)
            {
                ImageMask_1T = sample.ImageMask_1T,
                AnswerPositions_S = sample.SupervisedPositions_S,
                HeadWeight_VC = teacher.Model.HeadWeight,
                FinalHidden_BLC = final_BTC,
            };
            foreach (Capability role in pupils[row].Roles)
            {
                pupils[row].Targets.Add(role, teacher.Signals[role].TargetOf(view));
            }
        }
    }

    /// <summary>One sample in front of one teacher.</summary>
    private sealed class Pupil(SampleTensors sample, IReadOnlyList<Capability> roles, TeacherTargets targets)
    {
        public SampleTensors Sample { get; } = sample;

        public IReadOnlyList<Capability> Roles { get; } = roles;

        public TeacherTargets Targets { get; } = targets;
    }
}
