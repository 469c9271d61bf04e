using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.InternVL.Streaming;

/// <summary>
/// A frozen model of which only the part that computes is in memory: many pictures go through one block of the tower before the next is
/// read, many sequences through one decoder layer. The layers are those of <see cref="InternVLModel"/> and give the same bits for a sequence
/// as there alone. The files stay mapped until it is disposed.
/// </summary>
/// <remarks>
/// Shapes: N pictures, P tokens per picture, D the projector's inputs, T tokens, C channels, V vocabulary, U distinct ids, S pixels per side.
/// The tower streams as the decoder does: that of the largest models has more numbers than two of their decoder layers.
/// </remarks>
public sealed class StreamedModel : IDisposable
{
    private const string Tower = "vision_model.";

    private readonly StreamedWeights _weights;

    private StreamedModel(InternVLConfig config, Placement placement, StreamedWeights weights, StreamedSizes sizes) =>
        (Config, Placement, _weights, Sizes) = (config, placement, weights, sizes);

    /// <summary>The model's shape.</summary>
    public InternVLConfig Config { get; }

    /// <summary>Device and dtype of the weights.</summary>
    public Placement Placement { get; }

    /// <summary>How large its parts are.</summary>
    public StreamedSizes Sizes { get; }

    /// <summary>Opens a checkpoint folder and checks every tensor against the config; no weights are read.</summary>
    /// <param name="folder">A checkpoint folder, of any layout, naming, dtype and number of files.</param>
    /// <param name="placement">Device and dtype that it computes in.</param>
    /// <exception cref="InputException">Config or weights are missing, broken, unsupported or do not fit each other; all at once.</exception>
    public static StreamedModel Open(string folder, Placement placement)
    {
        LibTorch.EnsureLoaded();
        InternVLConfig config = InternVLConfigReader.Read(folder);
        StreamedSizes sizes = StreamedSizes.Of(config);
        return new StreamedModel(config, placement, StreamedWeights.Open(folder, config, placement), sizes);
    }

    /// <summary>Shows the tower's weights one after the other, with their names within it, in the order of the names.</summary>
    /// <param name="visit">Called with each, which is disposed afterwards.</param>
    /// <param name="cancellation">Checked between them.</param>
    public void VisitTower(Action<string, Tensor> visit, CancellationToken cancellation)
    {
        foreach (string name in InternVLTensors.Expected(Config, hasHead: false).Select(tensor => tensor.Name)
            .Where(name => name.StartsWith(Tower, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            using Tensor parameter = _weights.Read(name, Placement.Device);
            visit(name[Tower.Length..], parameter);
        }
    }

    /// <summary>The head [V, C] on the processor, owned by the caller.</summary>
    public Tensor ReadHead() => _weights.ReadHead();

    /// <summary>Pictures through the tower, each alone, without the projector.</summary>
    /// <param name="count">N.</param>
    /// <param name="pixels_13SS">Makes a picture's normalised pixels, float32 [1, 3, S, S] with S the config's tile size; disposed here.</param>
    /// <param name="take">Gets each picture's shuffled patches [1, P, D] at the end and owns them.</param>
    /// <param name="waiting">Where pictures wait between blocks.</param>
    /// <param name="report">Told the work done, in the unit of <see cref="StreamedSizes"/>.</param>
    /// <param name="cancellation">Checked before every picture.</param>
    public void EncodePatches(
        int count,
        Func<int, Tensor> pixels_13SS,
        Action<int, Tensor> take,
        WaitingTensors waiting,
        Action<double>? report,
        CancellationToken cancellation)
    {
        if (count == 0)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        WaitingTensor[] states = new WaitingTensor[count];
        using (VisionEmbeddings embeddings = new(Config.Vision, Placement))
        {
            _weights.Fill(embeddings, Tower + "embeddings.", cancellation);
            ForEach(count, i =>
            {
                Tensor placed = pixels_13SS(i).to(Placement.DType, Placement.Device);
                states[i] = waiting.Put(embeddings.forward(placed));
            }, cancellation);
        }

        int depth = StreamedSizes.DepthOf(Config);
        using (BlockStream<VisionBlock> blocks = new(
            depth,
            () => new VisionBlock(Config.Vision, 0, Placement),
            (block, place, stop) => _weights.Fill(block, FormattableString.Invariant($"{Tower}encoder.layers.{place}."), stop),
            cancellation))
        {
            for (int place = 0; place < depth; place++)
            {
                VisionBlock block = blocks.Next();
                ForEach(count, i =>
                {
                    states[i] = waiting.Put(block.Forward(waiting.Take(states[i], Placement.Device), null));
                    report?.Invoke(Sizes.BlockWork);
                }, cancellation);
            }
        }

        long side = Config.TileSize / Config.Vision.PatchSize;
        ForEach(count, i =>
        {
            Tensor tokens_1PC = waiting.Take(states[i], Placement.Device);
            take(i, PixelShuffle.OfTokens(tokens_1PC, side, side, Config).DetachFromDisposeScope());
        }, cancellation);
    }

    /// <summary>
    /// Sequences before the first decoder layer: token embeddings, of which only the rows in use are read, with projected pictures in their slots.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="start">Says what each begins with; disposed here.</param>
    /// <param name="waiting">Where they wait.</param>
    /// <param name="cancellation">Checked before every sequence.</param>
    /// <returns>In order.</returns>
    public IReadOnlyList<StreamedSequence> Begin(int count, Func<int, SequenceStart> start, WaitingTensors waiting, CancellationToken cancellation)
    {
        using IDisposable noGrad = no_grad();
        StreamedSequence[] sequences = new StreamedSequence[count];
        Projector? projector = null;
        try
        {
            ForEach(count, i =>
            {
                using SequenceStart begin = start(i);
                Tensor embedded_1TC = Embed(begin.TokenIds);
                if (begin is { ImageMask_1T: Tensor mask_1T, Shuffled_NPD: Tensor shuffled_NPD })
                {
                    projector ??= LoadProjector(cancellation);
                    embedded_1TC = InternVLModel.PlaceFeatures(embedded_1TC, mask_1T, projector.Forward(shuffled_NPD, null));
                }

                sequences[i] = new StreamedSequence(begin.Request, embedded_1TC, waiting);
            }, cancellation);
        }
        finally
        {
            projector?.Dispose();
        }

        return sequences;
    }

    /// <summary>Runs sequences through the decoder, each as far as its request wants.</summary>
    /// <param name="sequences">What <see cref="Begin"/> gave.</param>
    /// <param name="report">Told the layer, from 1, and the work done, in the unit of <see cref="StreamedSizes"/>.</param>
    /// <param name="cancellation">Checked before every sequence of every layer.</param>
    public void Decode(IReadOnlyList<StreamedSequence> sequences, Action<int, double>? report, CancellationToken cancellation)
    {
        using IDisposable noGrad = no_grad();
        int layers = Config.Language.Layers;
        int depth = sequences.Select(sequence => sequence.Request.DepthOf(layers)).DefaultIfEmpty(0).Max();
        if (depth > layers)
        {
            throw new ArgumentException($"{depth} layers are wanted; the model has {layers}.", nameof(sequences));
        }

        using BlockStream<DecoderLayer> stream = new(
            depth,
            () => new DecoderLayer(Config.Language, 0, Placement, new DecodeKernels()),
            (layer, place, stop) => _weights.Fill(layer, FormattableString.Invariant($"language_model.model.layers.{place}."), stop),
            cancellation);
        DecoderFrame? frame = null;
        long length = -1;
        try
        {
            for (int place = 0; place < depth; place++)
            {
                DecoderLayer layer = stream.Next();
                layer.Index = place;
                foreach (StreamedSequence sequence in sequences.Where(sequence => sequence.GoesOn))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (sequence.Length != length)
                    {
                        frame?.Dispose();
                        length = sequence.Length;
                        frame = new DecoderFrame(
                            Config.Language, SequencePositions.Consecutive(1, (int)length), length, 0, Placement.Device, Placement.DType);
                    }

                    sequence.Advance(layer, frame!, Placement.Device);
                    report?.Invoke(place + 1, Sizes.Layer * length);
                }
            }
        }
        finally
        {
            frame?.Dispose();
        }

        Finish(sequences, cancellation);
    }

    /// <inheritdoc />
    public void Dispose() => _weights.Dispose();

    private static void ForEach(int count, Action<int> run, CancellationToken cancellation)
    {
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            run(i);
        }
    }

    private void Finish(IReadOnlyList<StreamedSequence> sequences, CancellationToken cancellation)
    {
        StreamedSequence[] whole = [.. sequences.Where(sequence => !sequence.Request.EndsEarly)];
        if (whole.Length > 0)
        {
            using RmsNorm norm = new(Config.Language.HiddenSize, Config.Language.NormEpsilon, Placement);
            _weights.Fill(norm, "language_model.model.norm.", cancellation);
            foreach (StreamedSequence sequence in whole)
            {
                cancellation.ThrowIfCancellationRequested();
                sequence.Finish(norm, Placement.Device);
            }
        }
    }

    private Projector LoadProjector(CancellationToken cancellation)
    {
        Projector projector = new(Config.ShuffledSize, Config.Language.HiddenSize, Placement);
        _weights.Fill(projector, "mlp1.", cancellation);
        return projector;
    }

    private Tensor Embed(IReadOnlyList<int> tokenIds)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] distinct_U = [.. tokenIds.Distinct()];
        Dictionary<int, int> places = distinct_U.Select((id, place) => (id, place)).ToDictionary(pair => pair.id, pair => pair.place);
        Tensor rows_UC = _weights.ReadEmbeddings(distinct_U);
        Tensor places_T = tensor([.. tokenIds.Select(id => (long)places[id])], ScalarType.Int64, Placement.Device);
        return rows_UC.index_select(0, places_T).unsqueeze(0).MoveToOuterDisposeScope();
    }
}
