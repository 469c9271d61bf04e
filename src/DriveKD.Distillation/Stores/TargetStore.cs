using DriveKD.Data.Samples;
using DriveKD.Data.Text.Training;
using DriveKD.Distillation.Signals;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Stores;

/// <summary>
/// Teachers' targets on disk: one entry per sample and teacher. An attention map is kept at the pairs that its loss reads, the rest would be 0
/// or unread. What a run makes itself it uses as it would read it again, so that it does not matter which run was first.
/// </summary>
/// <remarks>Shapes: T tokens, V vocabulary, C channels.</remarks>
internal sealed class TargetStore : IDisposable
{
    // Grows when the same inputs would give other targets.
    private const int Version = 2;

    private readonly TensorStore _store;
    private readonly StoredNumbers _numbers;
    private readonly PictureHashes _pictures;
    private readonly bool _hasPathsInPrompt;
    private readonly Dictionary<Capability, (ISignal Signal, string Print, string HeadKey)> _roles = [];
    private readonly Dictionary<string, Tensor> _heads_VC = new(StringComparer.Ordinal);

    /// <param name="store">Where entries are.</param>
    /// <param name="numbers">How numbers are written.</param>
    /// <param name="pictures">Hashes of pictures.</param>
    /// <param name="splitting">How text is spread around pictures: as released, their paths are part of the text.</param>
    public TargetStore(TensorStore store, StoredNumbers numbers, PictureHashes pictures, PlaceholderSplitting splitting) =>
        (_store, _numbers, _pictures, _hasPathsInPrompt) = (store, numbers, pictures, splitting == PlaceholderSplitting.AsReleased);

    /// <summary>The largest difference between a target and what was written of it, as a share of the target's largest number.</summary>
    public double LargestError { get; private set; }

    /// <summary>Names a teacher.</summary>
    /// <param name="signal">What it gives.</param>
    /// <param name="teacher">Everything that decides what it computes: weights, shape, tokenizer, number type, kind of device.</param>
    public void Add(ISignal signal, string teacher)
    {
        (SignalTaps teachers, SignalTaps students) = (signal.TeacherTaps, signal.StudentTaps);
        (string maps, string states) = (string.Join(',', teachers.AttentionLayers), string.Join(',', teachers.HiddenStates));
        string taps = FormattableString.Invariant($"attention {maps} {students.AttentionLayers.Count} {signal.ReadMap} ")
            + FormattableString.Invariant($"states {states} {students.HiddenStates.Count} final {teachers.NeedsFinalHidden}");
        string program = FormattableString.Invariant($"targets {Version} {typeof(torch).Assembly.GetName().Version}");
        string print = TensorStore.KeyOf(program, teacher, taps, _numbers.ToString());
        _roles.Add(signal.Role, (signal, print, TensorStore.KeyOf(program, teacher, "head")));
    }

    /// <summary>Whether a sample's target is there; its content is not looked at.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="role">The teacher's capability.</param>
    public bool Has(Sample sample, Capability role) =>
        _store.Has(KeyOf(sample, role)) && (!_roles[role].Signal.TeacherTaps.NeedsFinalHidden || _store.Has(_roles[role].HeadKey));

    /// <summary>Whether a teacher's head is there.</summary>
    /// <param name="role">One of the teacher's capabilities.</param>
    public bool HasHead(Capability role) => _store.Has(_roles[role].HeadKey);

    /// <summary>A sample's target, owned by the caller; null where there is none.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="role">The teacher's capability.</param>
    /// <param name="imageMask">true where a position of the sequence holds an image embedding.</param>
    /// <param name="device">Where it is put.</param>
    public SignalTarget? Find(Sample sample, Capability role, IReadOnlyList<bool> imageMask, Device device)
    {
        ISignal signal = _roles[role].Signal;
        Tensor? head_VC = signal.TeacherTaps.NeedsFinalHidden ? HeadOf(role, device) : null;
        if (signal.TeacherTaps.NeedsFinalHidden && head_VC is null)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor>? parts = _store.Find(KeyOf(sample, role));
        return parts is null ? null : new SignalTarget(Restore(parts, signal, imageMask, device), head_VC);
    }

    /// <summary>Writes a sample's target.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="role">The teacher's capability.</param>
    /// <param name="imageMask">true where a position of the sequence holds an image embedding.</param>
    /// <param name="target">The target; disposed.</param>
    /// <returns>The target as it will be read.</returns>
    public SignalTarget Put(Sample sample, Capability role, IReadOnlyList<bool> imageMask, SignalTarget target)
    {
        (ISignal signal, _, string headKey) = _roles[role];
        if (target.HeadWeight_VC is Tensor head_VC && !_store.Has(headKey))
        {
            _store.Put(headKey, [head_VC]);
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor? read_TT = ReadPairs(signal, imageMask);
        List<Tensor> parts = [];
        foreach (Tensor value in target.Values)
        {
            Tensor local = value.detach().cpu();
            Tensor counted = read_TT is null ? local : local.mul(read_TT.to_type(local.dtype));
            IReadOnlyList<Tensor> packed = NumberPacking.Pack(counted, _numbers);
            Note(counted, NumberPacking.Unpack(packed, _numbers));
            parts.AddRange(read_TT is null ? packed : [packed[0].squeeze(0).masked_select(read_TT), .. packed.Skip(1)]);
        }

        _store.Put(KeyOf(sample, role), parts);
        Device device = target.Values[0].device;
        Tensor? head = target.HeadWeight_VC;
        target.Dispose();
        return new SignalTarget(Restore(parts, signal, imageMask, device), head);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor head_VC in _heads_VC.Values)
        {
            head_VC.Dispose();
        }

        _heads_VC.Clear();
    }

    private Tensor[] Restore(IReadOnlyList<Tensor> parts, ISignal signal, IReadOnlyList<bool> imageMask, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor? read_TT = ReadPairs(signal, imageMask);
        int size = NumberPacking.PartsOf(_numbers);
        List<Tensor> values = [];
        for (int first = 0; first < parts.Count; first += size)
        {
            Tensor[] packed = [.. parts.Skip(first).Take(size)];
            if (read_TT is not null)
            {
                Tensor whole_TT = zeros(read_TT.shape, packed[0].dtype);
                whole_TT.masked_scatter_(read_TT, packed[0]);
                packed[0] = whole_TT.unsqueeze(0);
            }

            values.Add(NumberPacking.Unpack(packed, _numbers).to(device));
        }

        return [.. values.Select(value => value.DetachFromDisposeScope())];
    }

    /// <summary>bool [T, T], true where an attention target is read and causality leaves something; null for what is no attention map.</summary>
    private static Tensor? ReadPairs(ISignal signal, IReadOnlyList<bool> imageMask)
    {
        if (signal.ReadMap is not AttentionMapKind map)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        using Tensor mask_1T = tensor(imageMask.ToArray()).unsqueeze(0);
        Tensor causal_TT = ones([imageMask.Count, imageMask.Count], ScalarType.Bool).tril();
        Tensor? pairs_1TT = AttentionPairs.Of(map, mask_1T);
        return (pairs_1TT is null ? causal_TT : causal_TT.logical_and(pairs_1TT.squeeze(0).to_type(ScalarType.Bool))).MoveToOuterDisposeScope();
    }

    private Tensor? HeadOf(Capability role, Device device)
    {
        string key = _roles[role].HeadKey;
        if (!_heads_VC.TryGetValue(key, out Tensor? head_VC) && _store.Find(key) is [Tensor stored])
        {
            using (stored)
            {
                head_VC = stored.to(device, copy: true).DetachFromDisposeScope();
            }

            _heads_VC.Add(key, head_VC);
        }

        return head_VC;
    }

    private string KeyOf(Sample sample, Capability role) => TensorStore.KeyOf(
    [
        _roles[role].Print, sample.Question, sample.Answer ?? "",
        .. sample.Images.Select(_pictures.Of),
        .. _hasPathsInPrompt ? sample.Images.Select(image => image.RecordedPath) : [],
    ]);

    private void Note(Tensor value, Tensor written)
    {
        if (_numbers != StoredNumbers.Float32 && value.numel() > 0)
        {
            using Tensor error = value.sub(written).abs().max();
            using Tensor largest = value.abs().max();
            double size = largest.to_type(ScalarType.Float32).item<float>();
            LargestError = Math.Max(LargestError, size > 0 ? error.to_type(ScalarType.Float32).item<float>() / size : 0);
        }
    }
}
