using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Generation.Batches;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>What stays between questions: the features of the latest tiles, and the keys and values of the latest prompt.</summary>
/// <remarks>Shapes: R image tokens, C channels of the decoder.</remarks>
internal sealed class ConversationMemory(VisionLanguageModel model, PictureEncoder encoder) : IDisposable
{
    // Two pictures of twelve tiles and a thumbnail, or six cameras' squares of several moments.
    private const int Tiles = 32;

    private readonly VisionCache _seen = new(Tiles);

    /// <summary>The latest prompt.</summary>
    public KeptPrompt Prompt { get; } = new(model);

    /// <summary>Tiles that went through the vision tower up to now.</summary>
    public long EncodedTiles { get; private set; }

    /// <summary>Features of tiles, those that are kept not computed again.</summary>
    /// <param name="processor">What cut them.</param>
    /// <param name="tiles">Pieces of pictures.</param>
    /// <param name="keys">Theirs.</param>
    /// <param name="progress">Told of tiles that are computed.</param>
    /// <param name="cancellation">Checked before every few tiles.</param>
    /// <returns>[R, C], the caller's; null without tiles.</returns>
    public Tensor? Encode(
        PictureProcessor processor,
        IReadOnlyList<RgbImage> tiles,
        IReadOnlyList<PieceKey> keys,
        IProgress<AnswerProgress>? progress,
        CancellationToken cancellation)
    {
        if (tiles.Count == 0)
        {
            return null;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, (int Start, int Count)> places = [];
        List<RgbImage> unknown = [];
        int rows = 0;
        for (int i = 0; i < tiles.Count; i++)
        {
            if (!_seen.Has(keys[i].Key) && places.TryAdd(keys[i].Key, (rows, keys[i].Tokens)))
            {
                unknown.Add(tiles[i]);
                rows += keys[i].Tokens;
            }
        }

        Tensor? made_RC = encoder.Encode(processor, unknown, progress, cancellation);
        EncodedTiles += unknown.Count;
        Tensor all_RC = cat([.. keys.Select(key => _seen.Get(key.Key, () => made_RC!.narrow(0, places[key.Key].Start, places[key.Key].Count).clone()))]);
        _seen.Trim();
        return all_RC.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Prompt.Dispose();
        _seen.Dispose();
    }
}
