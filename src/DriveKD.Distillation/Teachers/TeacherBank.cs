using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Stores;
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

    /// <summary>What towers make of pictures, the student's too; the bank disposes it.</summary>
    public PictureFeatures Features { get; init; } = new(maxBytes: null);

    /// <summary>
    /// Targets of earlier steps; null where none are kept. The bank disposes them. A sample whose targets may be kept is run alone, so that
    /// they do not depend on the samples beside it, nor results on what is kept or on where a run was resumed.
    /// </summary>
    public KeptTargets? Kept { get; init; }

    /// <summary>Targets on disk, of this run and others; null where there is no such folder. The bank disposes it.</summary>
    public TargetStore? Stored { get; init; }

    /// <summary>The teachers.</summary>
    public IReadOnlyList<Teacher> Teachers => _teachers;

    /// <summary>Each sample's targets: kept ones, or what each teacher gives in one run over those samples that want any of its signals.</summary>
    /// <param name="batch">The samples, on the teachers' device.</param>
    /// <param name="roles">For each sample the signals that have weight for it.</param>
    /// <returns>Each sample's targets; the caller disposes them, which leaves kept ones alone.</returns>
    public IReadOnlyList<TeacherTargets> Observe(SampleBatch batch, IReadOnlyList<IReadOnlyCollection<Capability>> roles)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(roles.Count, batch.Count);
        TeacherTargets[] targets = new TeacherTargets[batch.Count];
        try
        {
            if (Kept is null && Stored is null)
            {
                Array.ForEach(Enumerable.Range(0, targets.Length).ToArray(), row => targets[row] = new TeacherTargets());
                Run(batch, roles, targets);
                return targets;
            }

            for (int row = 0; row < targets.Length; row++)
            {
                targets[row] = Kept?.Find(batch.Samples[row].Source) ?? new TeacherTargets();
                if (!targets[row].IsKept && roles[row].Count > 0)
                {
                    Fill(batch, row, roles[row], targets[row]);
                    Kept?.Offer(batch.Samples[row].Source, targets[row]);
                }
            }

            return targets;
        }
        catch
        {
            foreach (TeacherTargets? target in targets)
            {
                target?.Dispose();
            }

            throw;
        }
    }

    /// <summary>Makes a sample's targets that are not on disk yet; nothing is kept in memory.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="roles">The signals that have weight for it.</param>
    /// <param name="device">The teachers'.</param>
    public void Store(EncodedSample sample, IReadOnlyCollection<Capability> roles, Device device)
    {
        using SampleBatch batch = new([sample], device);
        using TeacherTargets targets = new();
        Fill(batch, 0, roles, targets);
    }

    public void Dispose()
    {
        Kept?.Dispose();
        Stored?.Dispose();
        Features.Dispose();
        foreach (Teacher teacher in _teachers)
        {
            teacher.Dispose();
        }
    }

    /// <summary>One sample's targets: those on disk, and the others by running it alone.</summary>
    private void Fill(SampleBatch batch, int row, IReadOnlyCollection<Capability> roles, TeacherTargets targets)
    {
        EncodedSample sample = batch.Samples[row];
        Device device = batch.Ids_BT.device;
        List<Capability> missing = [];
        foreach (Capability role in roles)
        {
            if (Stored?.Find(sample.Source, role, sample.ImageMask, device) is SignalTarget found)
            {
                targets.Add(role, found);
            }
            else
            {
                missing.Add(role);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        TeacherTargets made = new();
        using SampleBatch alone = new([sample], device);
        Run(alone, [missing], [made]);
        foreach (Capability role in missing)
        {
            targets.Add(role, Stored is null ? made[role] : Stored.Put(sample.Source, role, sample.ImageMask, made[role]));
        }
    }

    private void Run(SampleBatch batch, IReadOnlyList<IReadOnlyCollection<Capability>> roles, TeacherTargets[] targets)
    {
        using IDisposable noGrad = no_grad();
        foreach (Teacher teacher in _teachers)
        {
            int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => roles[row].Any(teacher.Signals.ContainsKey))];
            if (rows.Length == batch.Count)
            {
                Run(teacher, batch, roles, targets);
            }
            else if (rows.Length > 0)
            {
                using SampleBatch part = new([.. rows.Select(row => batch.Samples[row])], batch.Ids_BT.device);
                Run(teacher, part, [.. rows.Select(row => roles[row])], [.. rows.Select(row => targets[row])]);
            }
        }
    }

    private void Run(Teacher teacher, SampleBatch batch, IReadOnlyList<IReadOnlyCollection<Capability>> roles, TeacherTargets[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Capability[] wanted = [.. roles.SelectMany(own => own).Where(teacher.Signals.ContainsKey).Distinct()];
        using Probe probe = new(SignalTaps.Request([.. wanted.Select(role => teacher.Signals[role].TeacherTaps)], endsEarly: true, batch.Samples));
        Tensor? final_BTC;
        using (Tensor? features_NPC = Features.Of(teacher.Model, batch))
        using (Tensor embeddings_BTC = batch.Embed(teacher.Model, features_NPC))
        {
            final_BTC = teacher.Model.Decode(embeddings_BTC, batch.PositionsFor(teacher.Model), probe: probe);
        }

        using BatchView view = new(probe, batch, teacher.Model.HeadWeight, final_BTC);
        foreach (Capability role in wanted)
        {
            IReadOnlyList<SignalTarget> given = teacher.Signals[role].TargetsOf(view);
            for (int row = 0; row < given.Count; row++)
            {
                if (roles[row].Contains(role))
                {
                    targets[row].Add(role, given[row]);
                }
                else
                {
                    given[row].Dispose();
                }
            }
        }
    }
}
