using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>Token embeddings, decoder layers and the final norm: <c>language_model.model</c> in checkpoints.</summary>
/// <remarks>Shapes: B batch, T tokens, C channels.</remarks>
internal sealed class DecoderStack : Module
{
    private readonly LanguageModelConfig _config;

    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<DecoderLayer> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    public DecoderStack(LanguageModelConfig config, Placement placement)
        : base(nameof(DecoderStack))
    {
        _config = config;
        _embedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, placement);
        _layers = new ModuleList<DecoderLayer>(Enumerable.Range(0, config.Layers).Select(i => new DecoderLayer(config, i, placement)).ToArray());
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        RegisterComponents();
    }

    public TokenEmbedding Embedding => _embedding;

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
}
