using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Observing;

/// <summary>
/// Shows what a model does with samples. Prompts, pictures and positions are those of distillation (<see cref="SampleEncoder"/>): what is
/// measured is what training would see. One thread at a time.
/// </summary>
/// <remarks>Shapes: T tokens, S answer positions, C channels, V vocabulary, N pictures.</remarks>
public sealed class ModelObserver : IObservedModel, IDisposable
{
    private readonly VisionLanguageModel _model;
    private readonly bool _ownsModel;
    private readonly SampleEncoder _encoder;
    private readonly ObserverOptions _options;
    private readonly PictureFeatures _features;
    private readonly Dictionary<string, (int Width, int Height)> _sizes = new(StringComparer.Ordinal);

    private ModelObserver(string name, VisionLanguageModel model, bool ownsModel, BpeTokenizer tokenizer, ObserverOptions options)
    {
        (Name, _model, _ownsModel, _options) = (name, model, ownsModel, options);
        _encoder = new SampleEncoder(tokenizer, [model.Config.Pictures], options.Splitting);
        _features = new PictureFeatures(options.KeptPictureBytes);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public int Layers => _model.Config.Language.Layers;

    /// <summary>Opens a checkpoint folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="placement">Device and dtype of the weights.</param>
    /// <param name="name">What the model is called in results; null for the folder's name.</param>
    /// <param name="options">How samples are shown; null for the usual.</param>
    /// <param name="cancellation">Stops between weights.</param>
    /// <returns>An observer that owns its model.</returns>
    /// <exception cref="InputException">The folder holds no whole model of a known family.</exception>
    public static ModelObserver Open(
        string folder, Placement placement, string? name = null, ObserverOptions? options = null, CancellationToken cancellation = default)
    {
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        ModelConfig config = ModelConfigReader.Read(folder, options?.Limits);
        TokenizerFit.Require(folder, config, tokenizer);
        VisionLanguageModel model = ModelLoader.Load(folder, config, placement, cancellation: cancellation);
        string usual = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new ModelObserver(name ?? usual, model, ownsModel: true, tokenizer, options ?? new ObserverOptions());
    }

    /// <summary>Observes a model that is in memory already.</summary>
    /// <param name="name">What it is called in results.</param>
    /// <param name="model">The model; it stays the caller's, and its vision tower must not change while it is observed.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">How samples are shown; null for the usual.</param>
    /// <exception cref="InputException">The tokenizer is of no known family.</exception>
    public static ModelObserver Of(string name, VisionLanguageModel model, BpeTokenizer tokenizer, ObserverOptions? options = null) =>
        new(name, model, ownsModel: false, tokenizer, options ?? new ObserverOptions());

    /// <summary>The roles of a sample's tokens, without running it.</summary>
    /// <param name="sample">The sample.</param>
    /// <exception cref="InputException">A picture in which the question names an object is missing.</exception>
    public TokenRoles RolesOf(Sample sample) => RolesOf(sample, _encoder.EncodeTokens(sample));

    /// <inheritdoc />
    public void Observe(Sample sample, ILayerVisitor visitor, CancellationToken cancellation = default)
    {
        EncodedSample encoded = _encoder.Encode(sample);
        int most = _model.Config.Language.MaxPositions;
        if (encoded.TokenIds.Count > most)
        {
            throw new InputException(
                sample.Source.ToString(), $"{encoded.TokenIds.Count} tokens; {Name} takes at most {most}. Leave the sample out, or show fewer pictures.");
        }

        TokenRoles roles = RolesOf(sample, encoded);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch batch = new([encoded], _model.Placement.Device);
        visitor.Begin(roles);
        using Probe probe = new(new ProbeRequest { Watcher = new VisitedPass(visitor, cancellation) });
        Tensor final_1TC;
        using (Tensor? features_RC = _features.Of(_model, batch))
        using (Tensor embeddings_1TC = batch.Embed(_model, features_RC))
        {
            final_1TC = _model.Decode(embeddings_1TC, batch.PositionsFor(_model), probe: probe)!;
        }

        ShowAnswer(final_1TC.squeeze(0), roles, visitor, cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _features.Dispose();
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private void ShowAnswer(Tensor final_TC, TokenRoles roles, ILayerVisitor visitor, CancellationToken cancellation)
    {
        int count = roles.AnswerPositions.Count;
        int part = Math.Max(1, (int)(Supervision.MostLogits / _model.HeadWeight.shape[0]));
        for (int first = 0; first < count; first += part)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            long[] positions = [.. roles.AnswerPositions.Skip(first).Take(part).Select(position => (long)position)];
            Tensor states_SC = final_TC.index_select(0, tensor(positions, ScalarType.Int64, final_TC.device));
            visitor.OnAnswer(first, _model.Logits(states_SC).to_type(ScalarType.Float32));
        }
    }

    private TokenRoles RolesOf(Sample sample, EncodedSample encoded)
    {
        TokenRoles roles = TokenRoles.Of(encoded.ImageMask, encoded.Labels, _encoder.EncodeQuestion(sample).Count - 1);
        if (sample.QuestionObjects.Count == 0 || roles.Vision.Count == 0)
        {
            return roles;
        }

        PlacedPicture[] pictures = [.. sample.Images.Zip(encoded.Layouts, (image, layout) => Place(image, sample.QuestionObjects, layout))];
        return roles with { ObjectVision = ObjectTokens.Find(sample.QuestionObjects, pictures, _options.ObjectShare) };
    }

    /// <summary>Only a picture in which an object is named need be looked at for its size.</summary>
    private PlacedPicture Place(SampleImage image, IReadOnlyList<ObjectTag> objects, PictureLayout layout)
    {
        if (image.Camera is null || objects.All(tag => tag.Camera != image.Camera))
        {
            return new PlacedPicture(null, 1, 1, layout);
        }

        if (!_sizes.TryGetValue(image.Key, out (int Width, int Height) size))
        {
            size = image.ReadSize();
            _sizes.Add(image.Key, size);
        }

        return new PlacedPicture(image.Camera, size.Width, size.Height, layout);
    }
}
