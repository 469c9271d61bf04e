using DriveKD.Data.Imaging;
using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Scenes;

namespace DriveKD.World.Rendering;

/// <summary>
/// Draws what a camera on ego sees. A state, a camera, a size and a seed give the same bytes on every machine: only additions, multiplications, divisions,
/// square roots and rounding are used. An instance keeps its buffers for the next picture; use one per thread.
/// </summary>
public sealed class SceneRenderer
{
    private readonly RenderSettings _settings;
    private readonly Raster _raster = new();
    private readonly Solids _solids;
    private readonly GroundPainter _ground;
    private readonly SceneryPainter _scenery;
    private readonly VehiclePainter _vehicles;
    private readonly PersonPainter _persons;

    /// <summary>Makes a renderer without buffers yet.</summary>
    /// <param name="settings">How it draws; the defaults where null.</param>
    public SceneRenderer(RenderSettings? settings = null)
    {
        _settings = settings ?? new RenderSettings();
        if (_settings.SamplesPerAxis is < 1 or > 4)
        {
            throw new ArgumentOutOfRangeException(nameof(settings), _settings.SamplesPerAxis, "expected 1 to 4 samples per axis.");
        }

        _solids = new Solids(_raster) { SamplesPerAxis = _settings.SamplesPerAxis };
        _ground = new GroundPainter(_raster) { SamplesPerAxis = _settings.SamplesPerAxis };
        _scenery = new SceneryPainter(_solids);
        _vehicles = new VehiclePainter(_solids);
        _persons = new PersonPainter(_solids);
    }

    /// <summary>Draws a picture. Ego itself is not drawn.</summary>
    /// <param name="state">The scene.</param>
    /// <param name="camera">A camera on ego.</param>
    /// <param name="width">Pixels per row, 1 to 8192.</param>
    /// <param name="height">Rows, 1 to 8192.</param>
    /// <param name="noiseSeed">Chooses noise, brightness and rain.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public RgbImage Render(WorldState state, Camera camera, int width, int height, ulong noiseSeed)
    {
        _raster.CountsCover = false;
        Draw(state, camera, width, height, null);
        return Expose(state, camera, width, height, noiseSeed);
    }

    /// <summary>Draws a picture and says what is seen of each actor.</summary>
    /// <inheritdoc cref="Render" path="/param"/>
    /// <inheritdoc cref="Render" path="/exception"/>
    public IdentifiedPicture RenderWithIds(WorldState state, Camera camera, int width, int height, ulong noiseSeed)
    {
        _raster.CountsCover = true;
        int[] covered = new int[state.Actors.Count];
        Draw(state, camera, width, height, covered);
        RgbImage image = Expose(state, camera, width, height, noiseSeed);
        (int[] ids, IReadOnlyList<Visibility> actors) = new OwnerCount(_raster, _settings.SamplesPerAxis).Count(state.Actors, covered);
        return new IdentifiedPicture(image, ids, actors);
    }

    private void Draw(WorldState state, Camera camera, int width, int height, int[]? covered)
    {
        const int Most = 8192;
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Most);
        int samples = _settings.SamplesPerAxis;
        _raster.Begin(new Projection(state.Ego.Pose, camera, width * samples, height * samples));
        Atmosphere atmosphere = new(state.TimeOfDay, state.Weather);
        _solids.Contrast = atmosphere.Contrast;
        _ground.Draw(state.Map, atmosphere);
        for (int i = 0; i < state.Map.Buildings.Count; i++)
        {
            _scenery.Draw(state.Map.Buildings[i], atmosphere.IsNight);
        }

        foreach (Roads.TrafficSignal signal in state.Map.Signals)
        {
            _scenery.Draw(signal, state.Signals[signal.Id]);
        }

        foreach (Roads.TrafficSign sign in state.Map.Signs)
        {
            _scenery.Draw(sign);
        }

        for (int i = 0; i < state.Actors.Count; i++)
        {
            _raster.BeginOwner(i + 1);
            DrawActor(state.Actors[i], state.Time, atmosphere.IsNight);
            if (covered is not null)
            {
                covered[i] = _raster.Covered;
            }
        }

        _raster.Owner = 0;
    }

    private void DrawActor(ActorState actor, double time, bool isNight)
    {
        // Lamps and arms reach a little beyond the footprint.
        _solids.Place(actor.Pose.Position, actor.Pose.Heading);
        if (actor.Id == 0 || _solids.IsOutside(((actor.Length + actor.Width) / 2) + 1))
        {
            return;
        }

        switch (actor.Kind)
        {
            case ActorKind.Cyclist:
                _persons.DrawCyclist(actor, isNight);
                break;
            case ActorKind.Pedestrian:
                _persons.DrawPedestrian(actor, time);
                break;
            case ActorKind.Cone:
                _persons.DrawCone(actor);
                break;
            default:
                _vehicles.Draw(actor, isNight);
                break;
        }
    }

    private RgbImage Expose(WorldState state, Camera camera, int width, int height, ulong noiseSeed)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * width * height);
        bool looksAhead = Math.Abs(PortableTrigonometry.Wrap(camera.YawDegrees * (Math.PI / 180))) < 1.2;
        Sensor.Expose(_raster, new Atmosphere(state.TimeOfDay, state.Weather), _settings, looksAhead, noiseSeed, pixels);
        return new RgbImage(width, height, pixels);
    }
}
