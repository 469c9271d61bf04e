using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>
/// A frozen model of which only the part that computes is in memory: many pictures go through the tower before sequences are
/// read, many sequences through one decoder layer. The layers are those of <see cref="VisionLanguageModel"/> and give the same bits for a sequence
/// as there alone. The files stay mapped until it is disposed.
/// </summary>
/// <remarks>
/// Shapes: R image tokens of a picture, D the projector's inputs, T tokens, C channels, V vocabulary, U distinct ids.
/// </remarks>
public sealed class StreamedModel : IDisposable
{
    private readonly StreamedWeights _weights;
    private readonly IStreamedVision _vision;

    private StreamedModel(ModelConfig config, Placement placement, StreamedWeights weights, StreamedSizes sizes)
    {
        (Config, Placement, _weights, Sizes) = (config, placement, weights, sizes);
        _vision = config.Family.CreateStreamedVision(config, weights, placement);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Device and dtype of the weights.</summary>
    public Placement Placement { get; }

    /// <summary>How large its parts are.</summary>
    public StreamedSizes Sizes { get; }

    /// <summary>Opens a checkpoint folder and checks every tensor against the config; no weights are read.</summary>
    /// <param name="folder">A checkpoint folder, of any layout, naming, dtype and number of files.</param>
    /// <param name="placement">Device and dtype that it computes in.</param>
    /// <exception cref="InputException">Config or weights are missing, broken, unsupported or do not fit each other; all at once.</exception>
    public static StreamedModel Open(string folder, Placement placement) => Open(folder, ModelConfigReader.Read(folder), placement);

    /// <summary>As the other, with a config that was read already and may have other limits for pictures.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="config">Its config.</param>
    /// <param name="placement">Device and dtype that it computes in.</param>
    /// <exception cref="InputException">Weights are missing, broken or do not fit the config; all at once.</exception>
    public static StreamedModel Open(string folder, ModelConfig config, Placement placement)
    {
        LibTorch.EnsureLoaded();
        StreamedSizes sizes = StreamedSizes.Of(config);
        return new StreamedModel(config, placement, StreamedWeights.Open(folder, config, placement), sizes);
    }

    private ParameterNames Names => Config.Family.Names;

    /// <summary>Shows the tower's weights one after the other, with their names within it, in the order of the names.</summary>
    /// <param name="visit">Called with each, which is disposed afterwards.</param>
    /// <param name="cancellation">Checked between them.</param>
    public void VisitTower(Action<string, Tensor> visit, CancellationToken cancellation)
    {
        foreach (string name in Config.Family.Expected(Config, hasHead: false).Select(tensor => tensor.Name)
            .Where(Names.IsOfTower).Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            using Tensor parameter = _weights.Read(name, Placement.Device);
            visit(name[Names.Tower.Length..], parameter);
        }
    }

    /// <summary>The head [V, C] on the processor, owned by the caller.</summary>
    public Tensor ReadHead() => _weights.ReadHead();

    /// <summary>Pictures through the tower, each alone, without the projector.</summary>
    /// <param name="count">How many.</param>
    /// <param name="piece">Makes a picture's values, as <see cref="ModelConfig.Pictures"/> has them; each is one piece.</param>
    /// <param name="take">Gets what became of each at the end, [R, D], and owns it.</param>
    /// <param name="waiting">Where pictures wait between blocks.</param>
    /// <param name="report">Told the work done, in the unit of <see cref="StreamedSizes"/>.</param>
    /// <param name="cancellation">Checked before every picture.</param>
    public void EncodePatches(
        int count, Func<int, PicturePiece> piece, Action<int, Tensor> take, WaitingTensors waiting, Action<double>? report, CancellationToken cancellation)
    {
        if (count == 0)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        _vision.EncodePatches(count, piece, take, waiting, report, cancellation);
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
        LoadedProjector? projector = null;
        try
        {
            ForEach(count, i =>
            {
                using SequenceStart begin = start(i);
                Tensor embedded_1TC = Embed(begin.TokenIds);
                if (begin is { ImageMask_1T: Tensor mask_1T, Patches_RD: Tensor patches_RD })
                {
                    projector ??= _vision.LoadProjector(cancellation);
                    embedded_1TC = VisionLanguageModel.PlaceFeatures(embedded_1TC, mask_1T, projector.Forward(patches_RD));
                }

                sequences[i] = new StreamedSequence(begin.Request, embedded_1TC, SequencePositions.Of([begin.Positions], begin.TokenIds.Count), waiting);
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
            (layer, place, stop) => _weights.Fill(layer, FormattableString.Invariant($"{Names.Layers}{place}."), stop),
            cancellation);
        DecoderFrame? frame = null;
        SequencePositions? framed = null;
        try
        {
            for (int place = 0; place < depth; place++)
            {
                DecoderLayer layer = stream.Next();
                layer.Index = place;
                foreach (StreamedSequence sequence in sequences.Where(sequence => sequence.GoesOn))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (framed is null || !IsSame(framed, sequence.Positions))
                    {
                        frame?.Dispose();
                        framed = sequence.Positions;
                        frame = new DecoderFrame(Config.Language, framed, sequence.Length, 0, Placement.Device, Placement.DType);
                    }

                    sequence.Advance(layer, frame!, Placement.Device);
                    report?.Invoke(place + 1, Sizes.Layer * sequence.Length);
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

    internal static void ForEach(int count, Action<int> run, CancellationToken cancellation)
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
            _weights.Fill(norm, Names.FinalNorm, cancellation);
            foreach (StreamedSequence sequence in whole)
            {
                cancellation.ThrowIfCancellationRequested();
                sequence.Finish(norm, Placement.Device);
            }
        }
    }

    /// <summary>Sequences of one length have one frame, unless their tokens have positions of their own.</summary>
    private static bool IsSame(SequencePositions one, SequencePositions other) =>
        ReferenceEquals(one, other) || (one.AreOrdinary && other.AreOrdinary && one.Highest == other.Highest);

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
