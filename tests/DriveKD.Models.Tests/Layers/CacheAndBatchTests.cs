using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

/// <summary>The fast paths against the slow one: one pass without cache, batch, padding or fused kernels.</summary>
public sealed class CacheAndBatchTests : IDisposable
{
    // The same sums in another order.
    private const double Tolerance = 1e-5;

    private readonly InternVLModel _model = TestModels.Create(TestModels.Small, seed: 11);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(6, 1, 1, 1, 1, 1)]
    [InlineData(4, 3, 4)]
    [InlineData(1, 10)]
    [InlineData(11)]
    public void Decode_InPiecesWithCache_GivesTheWholePass(params int[] pieces)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[] ids = TestModels.Ids(11, tiles: 1);
        Tensor embedded = Embed(ids, TestModels.Pixels(1));
        Tensor whole = _model.Decode(embedded, SequencePositions.Consecutive(1, ids.Length))!;

        using KeyValueCache cache = _model.CreateCache(1, ids.Length);
        List<Tensor> parts = [];
        int start = 0;
        foreach (int piece in pieces)
        {
            parts.Add(_model.Decode(embedded.narrow(1, start, piece), SequencePositions.Consecutive(1, piece, start), cache)!);
            start += piece;
        }

        Assert.Equal(ids.Length, cache.Length);
        Close.Assert(whole, cat(parts, 1), Tolerance);
    }

    [Fact]
    public void Decode_MoreTokensThanTheCacheHolds_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using KeyValueCache cache = _model.CreateCache(1, 4);
        Tensor embedded = Embed(TestModels.Ids(5, tiles: 0), null);

        Assert.Contains("holds 4 tokens", Assert.Throws<InvalidOperationException>(() =>
            _model.Decode(embedded, SequencePositions.Consecutive(1, 5), cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Decode_PaddedBatch_GivesEveryRowAsAlone(bool isLeft, bool isTapped)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[][] rows = [TestModels.Ids(9, tiles: 1, seed: 2), TestModels.Ids(4, tiles: 0, seed: 3), TestModels.Ids(14, tiles: 2, seed: 4), [7]];
        Tensor pixels = TestModels.Pixels(3);
        Tensor features = _model.EncodeTiles(pixels).flatten(0, 1);
        (Tensor ids, Tensor mask, bool[,] isPadding) = Pad(rows, isLeft);
        ProbeRequest request = new() { AttentionLayers = isTapped ? new HashSet<int> { 0, 1, 2, 3 } : [], HiddenStates = new HashSet<int> { 2 } };
        using Probe probe = new(request);
        Tensor batch = _model.Decode(_model.Embed(ids, mask, features), SequencePositions.Padded(isPadding, (int)ids.shape[1]), null, probe)!;

        int tile = 0;
        for (int b = 0; b < rows.Length; b++)
        {
            int tiles = rows[b].Count(id => id == TestModels.ImageToken) / 4;
            int length = rows[b].Length;
            int start = isLeft ? (int)ids.shape[1] - length : 0;
            using Probe alone = new(request);
            Tensor single = _model.Decode(
                Embed(rows[b], tiles == 0 ? null : pixels.narrow(0, tile, tiles)), SequencePositions.Consecutive(1, length), null, alone)!;
            tile += tiles;
            Close.Assert(single[0], batch[b].narrow(0, start, length), Tolerance, $"row {b}");
            Close.Assert(alone.Hidden[2][0], probe.Hidden[2][b].narrow(0, start, length), Tolerance, $"hidden state of row {b}");
            foreach ((int layer, Tensor map) in alone.Attention)
            {
                Close.Assert(map[0], probe.Attention[layer][b].narrow(0, start, length).narrow(1, start, length), Tolerance, $"attention {layer} of row {b}");
            }
        }

        Assert.False(batch.isnan().any().ToBoolean());
    }

    [Fact]
    public void Decode_PaddedBatchWithCache_GivesTheWholePass()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[][] rows = [TestModels.Ids(7, tiles: 0, seed: 2), TestModels.Ids(10, tiles: 0, seed: 3)];
        (Tensor ids, _, bool[,] isPadding) = Pad(rows, isLeft: true);
        Tensor embedded = _model.Embed(ids);
        Tensor whole = _model.Decode(embedded, SequencePositions.Padded(isPadding, 10))!;

        using KeyValueCache cache = _model.CreateCache(2, 10);
        Tensor first = _model.Decode(embedded.narrow(1, 0, 8), SequencePositions.Padded(Columns(isPadding, 8), 8), cache)!;
        Tensor second = _model.Decode(embedded.narrow(1, 8, 1), SequencePositions.Padded(Columns(isPadding, 9), 1), cache)!;
        Tensor third = _model.Decode(embedded.narrow(1, 9, 1), SequencePositions.Padded(isPadding, 1), cache)!;

        Close.Assert(whole.narrow(1, 3, 7), cat([first, second, third], 1).narrow(1, 3, 7), Tolerance);
    }

    [Fact]
    public void Decode_TappedAndFusedAttention_GiveTheSameStates()
    {
        foreach (InternVLConfig config in (InternVLConfig[])[TestModels.Small, TestModels.SixB])
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            using InternVLModel model = TestModels.Create(config);
            using Probe probe = new(new ProbeRequest { RecordsStages = true });
            Tensor pixels = TestModels.Pixels(2);
            Close.Assert(model.EncodeTiles(pixels), model.EncodeTiles(pixels, probe), Tolerance, "tower");
            Tensor embedded = model.Embed(TestModels.Row(TestModels.Ids(12, tiles: 0)));
            Close.Assert(
                model.Decode(embedded, SequencePositions.Consecutive(1, 12))!, model.Decode(embedded, SequencePositions.Consecutive(1, 12), null, probe)!, Tolerance, "decoder");
        }
    }

    [Fact]
    public void EncodeTiles_SeveralTiles_GiveEachAsAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor pixels = TestModels.Pixels(3);
        Tensor alone = cat([.. Enumerable.Range(0, 3).Select(tile => _model.EncodeTiles(pixels.narrow(0, tile, 1)))]);

        Close.Assert(alone, _model.EncodeTiles(pixels), Tolerance);
    }

    [Fact]
    public void Embed_SeveralPicturesInSeveralRows_FillsSlotsInReadingOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[][] rows = [TestModels.Ids(12, tiles: 2), TestModels.Ids(12, tiles: 1, seed: 9)];
        Tensor features = arange(3 * 4 * 32, ScalarType.Float32).reshape(12, 32);
        Tensor embedded = _model.Embed(cat([.. rows.Select(TestModels.Row)]), cat([.. rows.Select(TestModels.Mask)]), features);

        Close.Assert(features, cat([embedded[0, 2..10], embedded[1, 2..6]]), 0);
        Close.Assert(_model.Embed(TestModels.Row(rows[1]))[0, 6..], embedded[1, 6..], 0);
    }

    private Tensor Embed(int[] ids, Tensor? pixels) =>
        _model.Embed(TestModels.Row(ids), pixels is null ? null : TestModels.Mask(ids), pixels is null ? null : _model.EncodeTiles(pixels).flatten(0, 1));

    private static (Tensor Ids, Tensor Mask, bool[,] IsPadding) Pad(int[][] rows, bool isLeft)
    {
        int length = rows.Max(row => row.Length);
        long[,] ids = new long[rows.Length, length];
        bool[,] isImage = new bool[rows.Length, length];
        bool[,] isPadding = new bool[rows.Length, length];
        for (int b = 0; b < rows.Length; b++)
        {
            for (int t = 0; t < length; t++)
            {
                int at = t - (isLeft ? length - rows[b].Length : 0);
                isPadding[b, t] = at < 0 || at >= rows[b].Length;
                ids[b, t] = isPadding[b, t] ? 1 : rows[b][at];
                isImage[b, t] = ids[b, t] == TestModels.ImageToken;
            }
        }

        return (tensor(ids), tensor(isImage), isPadding);
    }

    private static bool[,] Columns(bool[,] isPadding, int count)
    {
        bool[,] part = new bool[isPadding.GetLength(0), count];
        for (int b = 0; b < part.GetLength(0); b++)
        {
            for (int s = 0; s < count; s++)
            {
                part[b, s] = isPadding[b, s];
            }
        }

        return part;
    }
}
