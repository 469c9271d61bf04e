using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>
/// One sequence on its way through a streamed decoder: its hidden state and what was tapped so far wait among the <see cref="WaitingTensors"/>.
/// </summary>
/// <remarks>Shapes: T tokens, C channels.</remarks>
public sealed class StreamedSequence
{
    private readonly WaitingTensors _waiting;
    private readonly Dictionary<int, WaitingTensor> _attention = [];
    private readonly Dictionary<int, WaitingTensor> _hidden = [];
    private WaitingTensor? _state;

    internal StreamedSequence(ProbeRequest request, Tensor embeddings_1TC, SequencePositions positions, WaitingTensors waiting)
    {
        (Request, Positions, _waiting, Length) = (request, positions, waiting, embeddings_1TC.shape[1]);
        request.Watcher?.OnHidden(0, embeddings_1TC);
        if (request.HiddenStates.Contains(0))
        {
            _hidden.Add(0, waiting.Put(embeddings_1TC.alias()));
        }

        _state = waiting.Put(embeddings_1TC);
    }

    /// <summary>What is observed.</summary>
    public ProbeRequest Request { get; }

    /// <summary>T.</summary>
    public long Length { get; }

    /// <summary>Where its tokens stand.</summary>
    internal SequencePositions Positions { get; }

    /// <summary>Another layer is to be run.</summary>
    internal bool GoesOn { get; private set; } = true;

    /// <summary>What was tapped, for one who reads it as that of an ordinary pass.</summary>
    /// <param name="device">Where the tensors are wanted.</param>
    /// <returns>Owned by the caller; this object has nothing of it any more.</returns>
    public Probe TakeProbe(Device device)
    {
        Probe probe = new(Request, Taken(_attention, device), Taken(_hidden, device));
        _attention.Clear();
        _hidden.Clear();
        return probe;
    }

    /// <summary>The states after the final norm.</summary>
    /// <param name="device">Where they are wanted.</param>
    /// <returns>[1, T, C], owned by the caller; null where the pass ended before.</returns>
    public Tensor? TakeFinal(Device device)
    {
        if (_state is not WaitingTensor state)
        {
            return null;
        }

        _state = null;
        return _waiting.Take(state, device);
    }

    /// <summary>Runs a layer.</summary>
    internal void Advance(DecoderLayer layer, DecoderFrame frame, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using Probe step = new(Request);
        Tensor hidden_1TC = TakeFinal(device) ?? throw new InvalidOperationException("The sequence has come to its end.");
        Tensor? next_1TC = frame.Run(layer, hidden_1TC, null, step);
        (IReadOnlyDictionary<int, Tensor> attention, IReadOnlyDictionary<int, Tensor> hidden) = step.Release();
        GoesOn = next_1TC is not null && !step.IsSatisfiedBefore(layer.Index + 1);
        if (GoesOn)
        {
            _state = _waiting.Put(next_1TC!);
        }

        foreach ((int index, Tensor map_1TT) in attention)
        {
            _attention.Add(index, _waiting.Put(map_1TT));
        }

        foreach ((int index, Tensor state_1TC) in hidden)
        {
            _hidden.Add(index, _waiting.Put(state_1TC));
        }
    }

    /// <summary>Normalises the last state: the pass has run to its end.</summary>
    internal void Finish(RmsNorm norm, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        GoesOn = false;
        _state = _waiting.Put(norm.forward(TakeFinal(device)!));
    }

    private Dictionary<int, Tensor> Taken(Dictionary<int, WaitingTensor> waiting, Device device) =>
        waiting.ToDictionary(entry => entry.Key, entry => _waiting.Take(entry.Value, device).DetachFromDisposeScope());
}
