using System.Security.Cryptography;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation.Batches;
using DriveKD.Models.InternVL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>What stays between questions: the features of the latest tiles, and the keys and values of the latest prompt.</summary>
/// <remarks>Shapes: N tiles, P tokens per tile, C channels of the decoder.</remarks>
internal sealed class ConversationMemory(InternVLModel model, PictureEncoder encoder) : IDisposable
{
    // Two pictures of twelve tiles and a thumbnail, or six cameras' squares of several moments.
    private const int Tiles = 32;

    private readonly VisionCache _seen = new(Tiles);

    /// <summary>The latest prompt.</summary>
    public KeptPrompt Prompt { get; } = new(model);

    /// <summary>Tiles that went through the vision tower up to now.</summary>
    public long EncodedTiles { get; private set; }

    /// <summary>A key for every tile; equal keys, equal pixels.</summary>
    /// <param name="tiles">Of one size.</param>
    public static IReadOnlyList<string> KeysOf(IReadOnlyList<RgbImage> tiles) => [.. tiles.Select(tile => Convert.ToHexString(SHA256.HashData(tile.Pixels)))];

    /// <summary>Features of tiles, those that are kept not computed again.</summary>
    /// <param name="tiles">Squares of the model's tile size.</param>
    /// <param name="keys">Theirs.</param>
    /// <param name="progress">Told of tiles that are computed.</param>
    /// <param name="cancellation">Checked before every few tiles.</param>
    /// <returns>[N, P, C], the caller's; null without tiles.</returns>
    public Tensor? Encode(
        IReadOnlyList<RgbImage> tiles, IReadOnlyList<string> keys, IProgress<AnswerProgress>? progress, CancellationToken cancellation)
    {
        if (tiles.Count == 0)
        {
            return null;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, int> places = [];
        List<RgbImage> unknown = [];
        for (int i = 0; i < tiles.Count; i++)
        {
            if (!_seen.Has(keys[i]) && places.TryAdd(keys[i], unknown.Count))
            {
                unknown.Add(tiles[i]);
            }
        }

        Tensor? made_NPC = encoder.Encode(unknown, progress, cancellation);
        EncodedTiles += unknown.Count;
        Tensor all_NPC = cat([.. keys.Select(key => _seen.Get(key, () => made_NPC!.narrow(0, places[key], 1).clone()))]);
        _seen.Trim();
        return all_NPC.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Prompt.Dispose();
        _seen.Dispose();
    }
}
