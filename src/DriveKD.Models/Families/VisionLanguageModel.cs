using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Families;

/// <summary>
/// A vision-language model of any family: a vision tower, a projector and a decoder. Pictures become features, one for each image token, features
/// take the place of the image tokens' embeddings, the decoder runs over both, the head gives logits. Parameters carry the checkpoint's own names
/// (in the family's canonical naming); they hold no gradients until a trainer asks for them.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, R image tokens of all pictures, D the projector's inputs, C channels, V vocabulary.</remarks>
public abstract class VisionLanguageModel : Module
{
    private bool _hasAdapters;

    private protected VisionLanguageModel(string name, ModelConfig config, Placement placement)
        : base(name) => (Config, Placement) = (config, placement);

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Device and dtype of the weights.</summary>
    public Placement Placement { get; }

    /// <summary>Decoder and head.</summary>
    private protected abstract DecoderWithHead Decoder { get; }

    /// <summary>
    /// Activation checkpointing: in training, decoder layers keep only their input and run forward again in every backward pass. The gradients
    /// are the same.
    /// </summary>
    public bool CheckpointsActivations
    {
        get => Decoder.Stack.Checkpoints;
        set => Decoder.Stack.Checkpoints = value;
    }

    /// <summary>Every parameter by its canonical name. The model keeps owning them.</summary>
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
            if (module is Layers.Linear linear && AdapterTargets.IsTarget(Config.Family.Names, name, settings.Targets))
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
    /// <param name="pieces">The pieces of all pictures in reading order, as the model's <see cref="PictureProcessor"/> makes them.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[R, C] in the model's dtype.</returns>
    public Tensor EncodeImages(IReadOnlyList<PicturePiece> pieces, Probe? probe = null)
    {
        using Tensor patches_RD = EncodePatches(pieces, probe);
        return Project(patches_RD, probe);
    }

    /// <summary>Pictures through the vision tower, without the projector.</summary>
    /// <param name="pieces">As for <see cref="EncodeImages"/>.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[R, D] in the model's dtype.</returns>
    public abstract Tensor EncodePatches(IReadOnlyList<PicturePiece> pieces, Probe? probe = null);

    /// <summary>What <see cref="EncodePatches"/> gave, at the decoder's width.</summary>
    /// <param name="patches_RD">[R, D].</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[R, C] in the model's dtype.</returns>
    public abstract Tensor Project(Tensor patches_RD, Probe? probe = null);

    /// <summary>No weight of the vision tower asks for a gradient.</summary>
    public bool HasFrozenTower => TowerParameters().All(entry => !entry.Parameter.requires_grad);

    /// <summary>The vision tower's parameters with their names within it. The model keeps owning them.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> TowerParameters() =>
        [.. named_parameters().Where(entry => Config.Family.Names.IsOfTower(entry.name)).Select(entry => (entry.name[Config.Family.Names.Tower.Length..], entry.parameter))];

    /// <summary>The positions of one sequence's tokens; null where these are just counted.</summary>
    /// <param name="isImage_T">true in image slots.</param>
    /// <param name="pictures">How the pictures stand in it, in order; all of them.</param>
    public RowPositions? PositionsOf(IReadOnlyList<bool> isImage_T, IReadOnlyList<PictureLayout> pictures) => Config.PositionsOf(isImage_T, pictures);

    /// <summary>Token embeddings with image features in the marked slots, in reading order.</summary>
    /// <param name="ids_BT">int64 ids; what stands in image slots does not matter.</param>
    /// <param name="imageMask_BT">bool, true in image slots; null without pictures.</param>
    /// <param name="features_RC">One row for each slot, over all pictures [R, C]; null without pictures.</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Embed(Tensor ids_BT, Tensor? imageMask_BT = null, Tensor? features_RC = null)
    {
        RequireRank(ids_BT, 2, nameof(ids_BT));
        using DisposeScope scope = NewDisposeScope();
        Tensor embedded_BTC = Decoder.Stack.Embedding.forward(ids_BT);
        return imageMask_BT is null || features_RC is null
            ? embedded_BTC.MoveToOuterDisposeScope()
            : PlaceFeatures(embedded_BTC, imageMask_BT, features_RC).MoveToOuterDisposeScope();
    }

    /// <summary>Token embeddings [B, T, C] with features in the marked slots; the arguments are left alone.</summary>
    internal static Tensor PlaceFeatures(Tensor embedded_BTC, Tensor imageMask_BT, Tensor features_RC)
    {
        using DisposeScope scope = NewDisposeScope();
        long slots = imageMask_BT.sum().item<long>();
        long rows = features_RC.shape[0];
        if (slots != rows)
        {
            throw new ArgumentException($"{slots} image slots in the sequence, {rows} feature rows from the pictures.", nameof(features_RC));
        }

        Tensor mask_BT1 = imageMask_BT.unsqueeze(-1).expand_as(embedded_BTC);
        return embedded_BTC.masked_scatter(mask_BT1, features_RC.to_type(embedded_BTC.dtype)).MoveToOuterDisposeScope();
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
        return Decoder.Stack.Forward(embeddings_BTC, positions, cache, probe);
    }

    /// <summary>Hidden states [..., C] -> logits [..., V] in the model's dtype.</summary>
    /// <param name="hidden">After the final norm.</param>
    public Tensor Logits(Tensor hidden) => Decoder.Logits(hidden);

    /// <summary><see cref="Logits"/> in float32.</summary>
    /// <param name="hidden">After the final norm.</param>
    internal Tensor WideLogits(Tensor hidden) => Decoder.WideLogits(hidden);

    /// <summary>What computes a few rows in libtorch's place.</summary>
    internal DecodeKernels Kernels => Decoder.Kernels;

    /// <summary>
    /// Rounds the decoder layers' matrices to 8 bits, one scale per row, for the decoding of a few tokens on the processor. The weights as they
    /// are stay beside them: prompts are read with these. Embedding and head are not rounded.
    /// </summary>
    /// <returns>What the rounding changed and what it takes.</returns>
    public QuantizedWeights QuantizeDecoder()
    {
        foreach (Layers.Linear matrix in Decoder.Stack.Matrices)
        {
            matrix.Quantize();
        }

        Int8Rows[] rows = [.. Decoder.Stack.Matrices.Select(matrix => matrix.Quantized!)];
        return new QuantizedWeights(rows.Length, rows.Sum(matrix => matrix.Bytes), rows.Max(matrix => matrix.LargestRelativeError));
    }

    /// <summary>Bytes that one token reads: matrices as they are for a few rows, head, and the keys and values of the tokens before.</summary>
    /// <param name="tokens">Tokens before.</param>
    internal long DecodedBytes(long tokens)
    {
        LanguageModelConfig language = Config.Language;
        long size = HeadWeight.ElementSize;
        long matrices = Decoder.Stack.Matrices.Sum(matrix => matrix.Quantized?.Bytes ?? (matrix.Weight.NumberOfElements * size));
        return matrices + (HeadWeight.NumberOfElements * size) + (2 * size * tokens * language.Layers * language.KeyValueHeads * language.HeadSize);
    }

    /// <summary>The rows that <see cref="Logits"/> multiplies by, [V, C]: the head's own, or the embedding's where they are tied. The model keeps owning them.</summary>
    public Tensor HeadWeight => Decoder.HeadWeight;

    /// <summary>A cache for <paramref name="batch"/> sequences of at most <paramref name="capacity"/> tokens.</summary>
    /// <param name="batch">B.</param>
    /// <param name="capacity">The most tokens per sequence.</param>
    public KeyValueCache CreateCache(long batch, long capacity) =>
        new(Config.Language.Layers, batch, Config.Language.KeyValueHeads, capacity, Config.Language.HeadSize, Placement);

    private protected static void RequireRank(Tensor tensor, int rank, string name)
    {
        if (tensor.dim() != rank)
        {
            throw new ArgumentException($"A tensor of {rank} dimensions is expected; [{string.Join(", ", tensor.shape)}] was given.", name);
        }
    }
}
