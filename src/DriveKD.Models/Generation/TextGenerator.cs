using System.Diagnostics;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Generation.Prompts;
using DriveKD.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation;

/// <summary>
/// Autoregressive generation: pictures, prefill, then one token per row and step with a key-value cache. Rows of different
/// lengths are padded on the left; a padded row gives the same tokens as the row alone.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, V vocabulary, C channels. Synchronous: runs on the calling thread.</remarks>
public sealed class TextGenerator
{
    private readonly VisionLanguageModel _model;
    private readonly int _imageTokenId;

    /// <summary>A generator over a model that the caller owns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public TextGenerator(VisionLanguageModel model, int imageTokenId) => (_model, _imageTokenId) = (model, imageTokenId);

    /// <summary>Generates for a batch of prompts.</summary>
    /// <param name="prompts">At least one.</param>
    /// <param name="pieces">The pieces of all pictures in the prompts' order; none without pictures.</param>
    /// <param name="options">How to choose tokens and when to stop.</param>
    /// <param name="onToken">Called for every token as soon as it is chosen, stop tokens left out.</param>
    /// <param name="onLogits">Sees every step's logits float32 [B, V] before sampling: for comparison with goldens.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="InputException">
    /// A prompt and its answer are longer than the model's limit, options are out of range, or the logits are no numbers.
    /// </exception>
    public GenerationResult Generate(
        IReadOnlyList<Prompt> prompts,
        IReadOnlyList<PicturePiece> pieces,
        GenerationOptions options,
        Action<GeneratedToken>? onToken = null,
        Action<Tensor>? onLogits = null,
        CancellationToken cancellation = default)
    {
        Check(prompts, options);
        using IDisposable noGrad = no_grad();
        Stopwatch watch = Stopwatch.StartNew();
        using Tensor? features_RC = pieces.Count == 0 ? null : _model.EncodeImages(pieces);
        double visionSeconds = watch.Elapsed.TotalSeconds;
        GenerationResult result = GenerateFromFeatures(prompts, features_RC, options, onToken, onLogits, cancellation);
        return result with { Timings = result.Timings with { VisionSeconds = visionSeconds } };
    }

    /// <summary>Generates for a batch of prompts whose pictures are features already: computed in parts, or for an earlier question.</summary>
    /// <param name="prompts">At least one.</param>
    /// <param name="features_RC">
    /// The features of all pictures in the prompts' order, from <see cref="VisionLanguageModel.EncodeImages"/>; null without pictures.
    /// </param>
    /// <param name="options">How to choose tokens and when to stop.</param>
    /// <param name="onToken">Called for every token as soon as it is chosen, stop tokens left out.</param>
    /// <param name="onLogits">Sees every step's logits float32 [B, V] before sampling.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="InputException">
    /// A prompt and its answer are longer than the model's limit, options are out of range, or the logits are no numbers.
    /// </exception>
    public GenerationResult GenerateFromFeatures(
        IReadOnlyList<Prompt> prompts,
        Tensor? features_RC,
        GenerationOptions options,
        Action<GeneratedToken>? onToken = null,
        Action<Tensor>? onLogits = null,
        CancellationToken cancellation = default)
    {
        Check(prompts, options);
        using IDisposable noGrad = no_grad();
        using KeyValueCache cache = _model.CreateCache(prompts.Count, prompts.Max(prompt => prompt.TokenIds.Count) + options.MaxNewTokens);
        return Generate(prompts, features_RC, cache, options, onToken, onLogits, isRead: null, cancellation);
    }

    /// <summary>Generates for one prompt, of which only what an earlier one did not begin with is read.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="features_RC">The features of all its tiles; null without pictures.</param>
    /// <param name="kept">What earlier prompts left; holds this one afterwards.</param>
    /// <param name="pieces">A key for every piece: equal keys, equal pixels.</param>
    /// <param name="options">How to choose tokens and when to stop.</param>
    /// <param name="onToken">Called for every token as soon as it is chosen.</param>
    /// <param name="onLogits">Sees every step's logits float32 [1, V] before sampling.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="InputException">As for <see cref="GenerateFromFeatures"/>.</exception>
    internal GenerationResult GenerateKeeping(
        Prompt prompt,
        Tensor? features_RC,
        KeptPrompt kept,
        IReadOnlyList<PieceKey> pieces,
        GenerationOptions options,
        Action<GeneratedToken>? onToken = null,
        Action<Tensor>? onLogits = null,
        CancellationToken cancellation = default)
    {
        Check([prompt], options);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        KeyValueCache cache = kept.Begin(prompt.TokenIds, pieces, _imageTokenId, options.MaxNewTokens);
        int slotsBefore = prompt.Pictures.Count == 0 ? 0 : prompt.TokenIds.Take((int)cache.Length).Count(id => id == _imageTokenId);
        Tensor? rest_RC = null;
        if (features_RC is not null && slotsBefore < features_RC.size(0))
        {
            rest_RC = features_RC.narrow(0, slotsBefore, features_RC.size(0) - slotsBefore);
        }

        return Generate([prompt], rest_RC, cache, options, onToken, onLogits, () => kept.IsRead(prompt.TokenIds, pieces), cancellation);
    }

    /// <summary>Reads what of the prompts is not in the cache, then generates.</summary>
    private GenerationResult Generate(
        IReadOnlyList<Prompt> prompts,
        Tensor? features_RC,
        KeyValueCache cache,
        GenerationOptions options,
        Action<GeneratedToken>? onToken,
        Action<Tensor>? onLogits,
        Action? isRead,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        int length = prompts.Max(prompt => prompt.TokenIds.Count);
        bool[,] isPadding_BS = PadLeft(
            prompts, length, length + options.MaxNewTokens, (int)cache.Length, out long[,] ids_BT, out bool[,] isImage_BT);
        BatchRows rows = new(prompts, options);
        RowPositions?[] positions = [.. prompts.Select(PositionsOf)];

        Stopwatch watch = Stopwatch.StartNew();
        using (Tensor logits_BV = Step(ids_BT, isImage_BT, features_RC, positions, Slice(isPadding_BS, length), cache))
        {
            isRead?.Invoke();
            onLogits?.Invoke(logits_BV);
            rows.Choose(logits_BV, onToken);
        }

        double prefillSeconds = watch.Elapsed.TotalSeconds;
        watch.Restart();
        for (int step = 1; step < options.MaxNewTokens && !rows.AllFinished; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using Tensor logits_BV = Step(rows.LastIds(), null, null, positions, Slice(isPadding_BS, length + step), cache);
            onLogits?.Invoke(logits_BV);
            rows.Choose(logits_BV, onToken);
        }

        return rows.ToResult(visionSeconds: 0, prefillSeconds, watch.Elapsed.TotalSeconds);
    }

    /// <summary>New tokens through the model: float32 logits [B, V] at the last position.</summary>
    private Tensor Step(
        long[,] ids_BT, bool[,]? isImage_BT, Tensor? features_RC, IReadOnlyList<RowPositions?> rows, bool[,] isPadding_BS, KeyValueCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = _model.Placement.Device;
        Tensor ids = tensor(ids_BT, device: device);
        Tensor? mask = isImage_BT is null || features_RC is null ? null : tensor(isImage_BT, device: device);
        Tensor embeddings_BTC = _model.Embed(ids, mask, features_RC);
        SequencePositions positions = SequencePositions.Of(rows, isPadding_BS, ids_BT.GetLength(1));
        Tensor hidden_BTC = _model.Decode(embeddings_BTC, positions, cache)!;
        Tensor last_BC = hidden_BTC.narrow(1, hidden_BTC.shape[1] - 1, 1).squeeze(1);
        return _model.WideLogits(last_BC).MoveToOuterDisposeScope();
    }

    /// <summary>Positions of a prompt's tokens and of those that follow; null where these are just counted.</summary>
    private RowPositions? PositionsOf(Prompt prompt) =>
        _model.PositionsOf([.. prompt.TokenIds.Select(id => id == _imageTokenId && prompt.Pictures.Count > 0)], prompt.Pictures);

    /// <summary>The ids that are not cached, T of them, and what of the whole sequence is padding.</summary>
    private bool[,] PadLeft(IReadOnlyList<Prompt> prompts, int length, int capacity, int cached, out long[,] ids_BT, out bool[,] isImage_BT)
    {
        bool[,] isPadding_BS = new bool[prompts.Count, capacity];
        ids_BT = new long[prompts.Count, length - cached];
        isImage_BT = new bool[prompts.Count, length - cached];
        for (int b = 0; b < prompts.Count; b++)
        {
            IReadOnlyList<int> ids = prompts[b].TokenIds;
            int padding = length - ids.Count;
            for (int t = 0; t < length; t++)
            {
                isPadding_BS[b, t] = t < padding;
                if (t >= padding && t >= cached)
                {
                    ids_BT[b, t - cached] = ids[t - padding];
                    isImage_BT[b, t - cached] = ids[t - padding] == _imageTokenId && prompts[b].Pictures.Count > 0;
                }
            }
        }

        return isPadding_BS;
    }

    private static bool[,] Slice(bool[,] isPadding_BS, int keys)
    {
        bool[,] slice = new bool[isPadding_BS.GetLength(0), keys];
        for (int b = 0; b < slice.GetLength(0); b++)
        {
            for (int s = 0; s < keys; s++)
            {
                slice[b, s] = isPadding_BS[b, s];
            }
        }

        return slice;
    }

    private void Check(IReadOnlyList<Prompt> prompts, GenerationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompts.Count);
        options.Validate();
        // Scaling stretches the positions that the model was trained on by its factor; beyond them it knows nothing.
        long limit = _model.Config.MostTokens;
        for (int b = 0; b < prompts.Count; b++)
        {
            long needed = (long)prompts[b].TokenIds.Count + options.MaxNewTokens;
            if (prompts[b].TokenIds.Count == 0)
            {
                throw new InputException($"prompt {b}", "holds no tokens.");
            }

            if (needed > limit)
            {
                throw new InputException(
                    $"prompt {b}",
                    $"{prompts[b].TokenIds.Count} tokens and {options.MaxNewTokens} new ones exceed the model's limit of {limit}; use fewer tiles, pictures or new tokens.");
            }
        }
    }
}
