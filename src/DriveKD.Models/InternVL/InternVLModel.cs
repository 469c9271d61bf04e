using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>
/// InternVL: a vision tower, a projector and a Qwen2 decoder. Pictures become features, features take the place of the image
/// tokens' embeddings, the decoder runs over both, the head gives logits. Parameters carry the checkpoint's own names
/// (OpenGVLab layout); they hold no gradients until a trainer asks for them.
/// </summary>
/// <remarks>Shapes: N tiles, B batch, T tokens, C channels, V vocabulary.</remarks>
public sealed class InternVLModel : Module
{
    [ComponentName(Name = "vision_model")]
    private readonly VisionTower _vision;

    [ComponentName(Name = "mlp1")]
    private readonly Projector _projector;

    [ComponentName(Name = "language_model")]
    private readonly LanguageModel _language;

    private bool _hasAdapters;

    /// <summary>Allocates the weights without setting them.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="hasSeparateHead">false where the embedding's rows serve as head.</param>
    /// <param name="placement">Device and dtype.</param>
    public InternVLModel(InternVLConfig config, bool hasSeparateHead, Placement placement)
        : base(nameof(InternVLModel))
    {
        (Config, Placement) = (config, placement);
        _vision = new VisionTower(config.Vision, placement);
        _projector = new Projector(config.ShuffledSize, config.Language.HiddenSize, placement);
        _language = new LanguageModel(config.Language, hasSeparateHead, placement);
        RegisterComponents();
    }

    /// <summary>The model's shape.</summary>
    public InternVLConfig Config { get; }

    /// <summary>Device and dtype of the weights.</summary>
    public Placement Placement { get; }

    /// <summary>
    /// Activation checkpointing: in training, decoder layers keep only their input and run forward again in every backward pass. The gradients
    /// are the same.
    /// </summary>
    public bool CheckpointsActivations
    {
        get => _language.Stack.Checkpoints;
        set => _language.Stack.Checkpoints = value;
    }

    /// <summary>Every parameter by the checkpoint's name for it (OpenGVLab layout). The model keeps owning them.</summary>
    public IReadOnlyDictionary<string, Tensor> WeightsByName() => named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);

    /// <summary>
    /// Attaches low-rank adapters to the decoder (see <see cref="LowRankAdapter"/>). The logits stay as they were until the adapters are
    /// trained. The adapters belong to the model and are disposed with it, but are none of its parameters: <see cref="WeightsByName"/>,
    /// loading and saving do not see them.
    /// </summary>
    /// <param name="settings">Rank, at least 1, strength and targets.</param>
    /// <param name="seeds">Each A is drawn from a stream of its own, <c>lora/</c> and the matrix's name.</param>
    /// <returns>
    /// In the model's order, under the matrix's name: <c>...q_proj.lora_A</c> [rank, inputs] and <c>...q_proj.lora_B</c> [outputs, rank],
    /// in the model's dtype; they need no gradients until a trainer asks for them.
    /// </returns>
    /// <exception cref="InputException">A target is no matrix of the decoder, or the rank is larger than one allows; nothing is attached.</exception>
    /// <exception cref="InvalidOperationException">The model has adapters already.</exception>
    public IReadOnlyDictionary<string, Parameter> AttachAdapters(LoraSettings settings, SeedStreams seeds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Rank, 1, nameof(settings));
        IReadOnlyList<Problem> problems = AdapterTargets.Check(Config, settings);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        if (_hasAdapters)
        {
            throw new InvalidOperationException("The model has adapters already.");
        }

        _hasAdapters = true;
        OrderedDictionary<string, Parameter> adapters = [];
        foreach ((string name, Module module) in named_modules())
        {
            if (module is Layers.Linear linear && AdapterTargets.IsTarget(name, settings.Targets))
            {
                long[] shape_OI = linear.Weight.shape;
                LowRankAdapter adapter = new(
                    (int)shape_OI[1], (int)shape_OI[0], settings.Rank, settings.Alpha / settings.Rank, Placement, seeds.Open("lora/" + name));
                linear.Attach(adapter);
                adapters.Add(name + AdapterTargets.AEnding, adapter.A_RI);
                adapters.Add(name + AdapterTargets.BEnding, adapter.B_OR);
            }
        }

        return adapters;
    }

    /// <summary>Pictures to features.</summary>
    /// <param name="pixels_N3HW">Normalised pixels float32 [N, 3, height, width]; each side a multiple of patch size / downsample ratio.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[N, tokens per tile, C] in the model's dtype.</returns>
    public Tensor EncodeImages(Tensor pixels_N3HW, Probe? probe = null)
    {
        using Tensor shuffled_NPD = EncodePatches(pixels_N3HW, probe);
        return Project(shuffled_NPD, probe);
    }

    /// <summary>No weight of the vision tower asks for a gradient.</summary>
    public bool HasFrozenTower => _vision.parameters().All(parameter => !parameter.requires_grad);

    /// <summary>The vision tower's parameters with their names within it. The model keeps owning them.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> TowerParameters() => [.. _vision.named_parameters()];

    /// <summary>Pictures through the vision tower, without the projector.</summary>
    /// <param name="pixels_N3HW">As for <see cref="EncodeImages"/>.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>Shuffled patches [N, tokens per tile, D] in the model's dtype, D the projector's inputs.</returns>
    public Tensor EncodePatches(Tensor pixels_N3HW, Probe? probe = null)
    {
        RequireRank(pixels_N3HW, 4, nameof(pixels_N3HW));
        int patch = Config.Vision.PatchSize;
        long unit = (long)patch * Config.PatchesPerTokenSide;
        if (pixels_N3HW.shape[1] != 3 || pixels_N3HW.shape[2] % unit != 0 || pixels_N3HW.shape[3] % unit != 0)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", pixels_N3HW.shape)}] was given; 3 channels and sides that are multiples of {unit} are expected.", nameof(pixels_N3HW));
        }

        using DisposeScope scope = NewDisposeScope();
        long rows = pixels_N3HW.shape[2] / patch;
        long columns = pixels_N3HW.shape[3] / patch;
        Tensor placed = pixels_N3HW.to(Placement.DType, Placement.Device);
        Tensor tokens_NPC = _vision.Forward(placed, Config.SelectLayer, probe);
        Tensor shuffled_NPC = PixelShuffle.OfTokens(tokens_NPC, rows, columns, Config);
        probe?.RecordStage("vit.pixel_shuffle", shuffled_NPC);
        return shuffled_NPC.MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="EncodePatches"/> gave, at the decoder's width.</summary>
    /// <param name="shuffled_NPD">[N, tokens per tile, D].</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[N, tokens per tile, C] in the model's dtype.</returns>
    public Tensor Project(Tensor shuffled_NPD, Probe? probe = null)
    {
        RequireRank(shuffled_NPD, 3, nameof(shuffled_NPD));
        return _projector.Forward(shuffled_NPD, probe);
    }

    /// <summary>Token embeddings with image features in the marked slots, in reading order.</summary>
    /// <param name="ids_BT">int64 ids; what stands in image slots does not matter.</param>
    /// <param name="imageMask_BT">bool, true in image slots; null without pictures.</param>
    /// <param name="features_NPC">One row of features per slot, over all tiles; null without pictures.</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Embed(Tensor ids_BT, Tensor? imageMask_BT = null, Tensor? features_NPC = null)
    {
        RequireRank(ids_BT, 2, nameof(ids_BT));
        using DisposeScope scope = NewDisposeScope();
        Tensor embedded_BTC = _language.Stack.Embedding.forward(ids_BT);
        return imageMask_BT is null || features_NPC is null
            ? embedded_BTC.MoveToOuterDisposeScope()
            : PlaceFeatures(embedded_BTC, imageMask_BT, features_NPC).MoveToOuterDisposeScope();
    }

    /// <summary>Token embeddings [B, T, C] with features in the marked slots; the arguments are left alone.</summary>
    internal static Tensor PlaceFeatures(Tensor embedded_BTC, Tensor imageMask_BT, Tensor features_NPC)
    {
        using DisposeScope scope = NewDisposeScope();
        long slots = imageMask_BT.sum().item<long>();
        long rows = features_NPC.shape[0] * features_NPC.shape[1];
        if (slots != rows)
        {
            throw new ArgumentException($"{slots} image slots in the sequence, {rows} feature rows from the pictures.", nameof(features_NPC));
        }

        Tensor mask_BT1 = imageMask_BT.unsqueeze(-1).expand_as(embedded_BTC);
        return embedded_BTC.masked_scatter(mask_BT1, features_NPC.to_type(embedded_BTC.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the decoder.</summary>
    /// <param name="embeddings_BTC">From <see cref="Embed"/>.</param>
    /// <param name="positions">Positions and padding.</param>
    /// <param name="cache">Earlier keys and values, or null.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>Hidden states [B, T, C] after the final norm; null where the probe ended the pass early.</returns>
    public Tensor? Decode(Tensor embeddings_BTC, SequencePositions positions, KeyValueCache? cache = null, Probe? probe = null)
    {
        RequireRank(embeddings_BTC, 3, nameof(embeddings_BTC));
        return _language.Stack.Forward(embeddings_BTC, positions, cache, probe);
    }

    /// <summary>Hidden states [..., C] -> logits [..., V] in the model's dtype.</summary>
    /// <param name="hidden">After the final norm.</param>
    public Tensor Logits(Tensor hidden) => _language.Logits(hidden);

    /// <summary><see cref="Logits"/> in float32.</summary>
    /// <param name="hidden">After the final norm.</param>
    internal Tensor WideLogits(Tensor hidden) => _language.WideLogits(hidden);

    /// <summary>What computes a few rows in libtorch's place.</summary>
    internal DecodeKernels Kernels => _language.Kernels;

    /// <summary>
    /// Rounds the decoder layers' matrices to 8 bits, one scale per row, for the decoding of a few tokens on the processor. The weights as they
    /// are stay beside them: prompts are read with these. Embedding and head are not rounded.
    /// </summary>
    /// <returns>What the rounding changed and what it takes.</returns>
    public QuantizedWeights QuantizeDecoder()
    {
        foreach (Layers.Linear matrix in _language.Stack.Matrices)
        {
            matrix.Quantize();
        }

        Int8Rows[] rows = [.. _language.Stack.Matrices.Select(matrix => matrix.Quantized!)];
        return new QuantizedWeights(rows.Length, rows.Sum(matrix => matrix.Bytes), rows.Max(matrix => matrix.LargestRelativeError));
    }

    /// <summary>Bytes that one token reads: matrices as they are for a few rows, head, and the keys and values of the tokens before.</summary>
    /// <param name="tokens">Tokens before.</param>
    internal long DecodedBytes(long tokens)
    {
        LanguageModelConfig language = Config.Language;
        long size = HeadWeight.ElementSize;
        long matrices = _language.Stack.Matrices.Sum(matrix => matrix.Quantized?.Bytes ?? (matrix.Weight.NumberOfElements * size));
        return matrices + (HeadWeight.NumberOfElements * size) + (2 * size * tokens * language.Layers * language.KeyValueHeads * language.HeadSize);
    }

    /// <summary>The rows that <see cref="Logits"/> multiplies by, [V, C]: the head's own, or the embedding's where they are tied. The model keeps owning them.</summary>
    public Tensor HeadWeight => _language.HeadWeight;

    /// <summary>A cache for <paramref name="batch"/> sequences of at most <paramref name="capacity"/> tokens.</summary>
    /// <param name="batch">B.</param>
    /// <param name="capacity">The most tokens per sequence.</param>
    public KeyValueCache CreateCache(long batch, long capacity) =>
        new(Config.Language.Layers, batch, Config.Language.KeyValueHeads, capacity, Config.Language.HeadSize, Placement);

    private static void RequireRank(Tensor tensor, int rank, string name)
    {
        if (tensor.dim() != rank)
        {
            throw new ArgumentException($"A tensor of {rank} dimensions is expected; [{string.Join(", ", tensor.shape)}] was given.", name);
        }
    }
}
