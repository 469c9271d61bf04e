using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using DriveKD.Pretraining.Labels;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Pretraining.Towers;

/// <summary>An opened run: the model in memory, pictures made. Owns the model.</summary>
public sealed class TowerSession : IDisposable
{
    private TowerSession(TowerRecipe recipe, VisionLanguageModel model, PictureSet training, PictureSet heldOut) =>
        (Recipe, Model, Training, HeldOut) = (recipe, model, training, heldOut);

    /// <summary>What was asked for.</summary>
    public TowerRecipe Recipe { get; }

    /// <summary>The device that computes.</summary>
    public Device Device => Model.Placement.Device;

    internal VisionLanguageModel Model { get; }

    /// <summary>The model as what it is asked for: a tower over squares.</summary>
    internal ITileEncoder Tower => (ITileEncoder)Model;

    internal PictureSet Training { get; }

    internal PictureSet HeldOut { get; }

    /// <summary>Reads the model and makes the pictures.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="source">Where pictures come from.</param>
    /// <param name="progress">Told while weights are read and pictures are made.</param>
    /// <param name="cancellation">Stops between tensors and pictures.</param>
    /// <exception cref="InputException">The model is missing or faulty, its pictures are not squares, or the device is unknown.</exception>
    public static TowerSession Open(
        ResolvedRecipe<TowerRecipe> recipe, ILabelledPictures source, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        TowerRecipe asked = recipe.Recipe;
        Device device = Devices.Parse(asked.Device, recipe.Where("device"));
        ModelConfig config = ModelConfigReader.Read(asked.Model);
        if (config.Pictures is not SquareTiles squares)
        {
            throw new InputException(
                recipe.Where("model"),
                $"{asked.Model} is a model of the family {config.Family.Name}, which takes pictures at their own size; towers are trained here on squares of one size. "
                    + "Name an InternVL model.");
        }

        ComputeThreads.FitTo([config]);
        VisionLanguageModel model = ModelLoader.Load(
            asked.Model, new Placement(device, ScalarType.Float32), progress is null ? null : new LoadingProgress(progress), cancellation: cancellation);
        try
        {
            // Streams of the data's own seed: other runs train on the same pictures.
            SeedStreams seeds = new(asked.Data.Seed);
            PictureSet Draw(string split, int count) => PictureSet.Create(
                source,
                [.. Enumerable.Range(0, count).Select(index => seeds.Derive(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{split}/{index}")))],
                squares.Side,
                squares.TokensPerSide,
                $"drawing {split} pictures",
                progress,
                cancellation);
            return new TowerSession(asked, model, Draw("training", asked.Data.Scenes), Draw("held-out", asked.Data.HeldOut));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();

    private sealed class LoadingProgress(IProgress<DataProgress> target) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => target.Report(new DataProgress("loading the model", value.BytesDone, value.BytesTotal));
    }
}
