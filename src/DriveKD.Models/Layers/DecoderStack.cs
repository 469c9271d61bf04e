using DriveKD.Models.Kernels;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>Token embeddings, decoder layers and the final norm: <c>language_model.model</c> in checkpoints.</summary>
/// <remarks>Shapes: B batch, T tokens, C channels.</remarks>
internal sealed class DecoderStack : Module
{
    private readonly LanguageModelConfig _config;
    private readonly DecodeKernels _kernels;

    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<DecoderLayer> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    public DecoderStack(LanguageModelConfig config, Placement placement, DecodeKernels kernels)
        : base(nameof(DecoderStack))
    {
        (_config, _kernels) = (config, kernels);
        _embedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, placement);
        _layers = new ModuleList<DecoderLayer>(Enumerable.Range(0, config.Layers).Select(i => new DecoderLayer(config, i, placement, kernels)).ToArray());
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        RegisterComponents();
    }

    public TokenEmbedding Embedding => _embedding;

    /// <summary>Every matrix of all layers.</summary>
    public IEnumerable<Layers.Linear> Matrices => _layers.SelectMany(layer => layer.Matrices);

    /// <summary>Layers keep only their input for the backward pass and run again in it.</summary>
    public bool Checkpoints { get; set; }

    /// <summary>Runs the layers.</summary>
    /// <param name="embeddings_BTC">Token embeddings with image features in their slots.</param>
    /// <param name="positions">Positions and padding.</param>
    /// <param name="cache">Earlier keys and values, or null.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[B, T, C] after the final norm; null where the probe ended the pass early.</returns>
    public Tensor? Forward(Tensor embeddings_BTC, SequencePositions positions, KeyValueCache? cache, Probe? probe)
    {
        if (probe is not null && (probe.Request.DeepestAttentionLayer >= _layers.Count || probe.Request.DeepestHiddenState > _layers.Count))
        {
            throw new ArgumentException(
                $"Attention layer {probe.Request.DeepestAttentionLayer} or hidden state {probe.Request.DeepestHiddenState} is wanted; the model has {_layers.Count} layers.", nameof(probe));
        }

        using DisposeScope scope = NewDisposeScope();
        long queries = embeddings_BTC.shape[1];
        using DecoderFrame frame = new(_config, positions, queries, cache?.Length ?? 0, embeddings_BTC.device, embeddings_BTC.dtype);
        if (cache is not null && probe is null && queries == 1 && IsForKernels(embeddings_BTC))
        {
            return NextToken(embeddings_BTC, positions, cache, frame.Rope).MoveToOuterDisposeScope();
        }

        frame.Record(probe);
        probe?.AddHidden(0, embeddings_BTC);

        Tensor hidden_BTC = embeddings_BTC;
        for (int i = 0; i < _layers.Count; i++)
        {
            if (Next(frame, i, hidden_BTC, positions, cache, probe) is not Tensor next_BTC)
            {
                return null;
            }

            if (i > 0)
            {
                hidden_BTC.Dispose();
            }

            hidden_BTC = next_BTC;
        }

        cache?.Advance(queries);
        return _norm.forward(hidden_BTC).MoveToOuterDisposeScope();
    }

    /// <summary>The layer's output; null where the pass ends before it or with its map.</summary>
    private Tensor? Next(DecoderFrame frame, int layer, Tensor hidden_BTC, SequencePositions positions, KeyValueCache? cache, Probe? probe)
    {
        bool isPlain = probe is null or { Request: { StopsWhenSatisfied: false, WantsEveryHead: false } };
        bool checkpoints = Checkpoints && isPlain && cache is null && is_grad_enabled();
        if (!checkpoints)
        {
            return frame.Run(_layers[layer], hidden_BTC, cache, probe);
        }

        Tensor? trained = _layers[layer].parameters().FirstOrDefault(parameter => parameter.requires_grad);
        Tensor next_BTC = CheckpointedLayer.Run(hidden_BTC, trained, Again, probe, layer);
        probe?.AddHidden(layer + 1, next_BTC);
        return next_BTC;

        // Rotation and mask are made again: those of the forward pass are gone when the backward pass comes.
        Tensor Again(Tensor input_BTC, Probe? own)
        {
            using DecoderFrame frame = new(_config, positions, input_BTC.shape[1], cached: 0, input_BTC.device, input_BTC.dtype);
            return frame.Run(_layers[layer], input_BTC, cache: null, own)!;
        }
    }

    /// <summary>Whether one token per row goes through the layers without libtorch.</summary>
    private bool IsForKernels(Tensor embeddings_B1C) =>
        !is_grad_enabled()
        && embeddings_B1C.shape[0] <= DecodeKernels.MostRows
        && _kernels.Serve(embeddings_B1C, _embedding.Weight)
        && Matrices.All(matrix => !matrix.HasAdapter);

    private Tensor NextToken(Tensor embeddings_B1C, SequencePositions positions, KeyValueCache cache, RotaryEmbedding rope)
    {
        if (cache.Length >= cache.Capacity)
        {
            throw new InvalidOperationException($"The cache holds {cache.Capacity} tokens and is full.");
        }

        using TokenPass pass = new(_kernels, _config, (int)embeddings_B1C.shape[0], embeddings_B1C.dtype, rope, cache, positions.IsPadding_BS);
        Tensor hidden_B1C = pass.Run(embeddings_B1C, _layers, _norm);
        cache.Advance(1);
        return hidden_B1C;
    }
}
