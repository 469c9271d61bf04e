using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;

namespace DriveKD.World.Tests.Rendering;

public class VisibilityTests
{
    private static readonly Camera _front = CameraRig.Find(CameraRig.Front);

    [Fact]
    public void RenderWithIds_EachActorAlone_LiesWhereItsCentreIsProjected()
    {
        foreach (ActorState actor in TestScenes.Street().Actors.Where(actor => actor.Pose.Position.X > 5))
        {
            IdentifiedPicture picture = new SceneRenderer().RenderWithIds(TestScenes.With(actor), _front, 200, 200, 1);
            Vector position = actor.Pose.Position;
            Projection projection = new(new Pose(new Vector(0, 0), 0), _front, 200, 200);
            ProjectedPoint centre = projection.Project(new SpacePoint(position.X, position.Y, actor.Height / 2))!.Value;
            Visibility seen = picture.Find(actor.Id);

            Assert.Equal(actor.Id + 1, picture.Ids[((int)centre.Y * 200) + (int)centre.X]);
            Assert.InRange(centre.X, seen.Left, seen.Right);
            Assert.InRange(centre.Y, seen.Top, seen.Bottom);
            Assert.InRange(seen.CentreX - centre.X, -0.25 * (seen.Right - seen.Left), 0.25 * (seen.Right - seen.Left));
            Assert.Equal(1, seen.Share);
            Assert.False(seen.TouchesEdge(200, 200));
            Assert.Equal(centre.Depth, seen.Depth, 1e-9);
        }
    }

    [Fact]
    public void RenderWithIds_Street_CountsThePixelsOfTheMap()
    {
        IdentifiedPicture picture = new SceneRenderer(new RenderSettings { SamplesPerAxis = 1 }).RenderWithIds(TestScenes.Street(), _front, 300, 200, 1);

        Assert.All(picture.Actors, seen => Assert.Equal(picture.Ids.Count(id => id == seen.ActorId + 1), seen.VisiblePixels));
        Assert.All(picture.Actors, seen => Assert.InRange(seen.Share, 0, 1));
        Assert.Equal(TestScenes.Street().Actors.Select(actor => actor.Id), picture.Actors.Select(seen => seen.ActorId));
        Assert.Contains(picture.Actors, seen => seen.Share is > 0.05 and < 0.95);
    }

    [Theory]
    [InlineData(-14, 0)]
    [InlineData(5, 30)]
    [InlineData(5, -30)]
    public void RenderWithIds_OutsideOfTheFieldOfView_ShowsNothing(double x, double y)
    {
        SceneRenderer renderer = new();
        IdentifiedPicture with = renderer.RenderWithIds(TestScenes.With(TestScenes.Actor(1, ActorKind.Truck, x, y)), _front, 84, 84, 1);
        IdentifiedPicture without = renderer.RenderWithIds(TestScenes.With(TestScenes.Actor(1, ActorKind.Truck, -200, 0)), _front, 84, 84, 1);

        Assert.Equal(without.Image.Pixels, with.Image.Pixels);
        Assert.All(with.Ids, id => Assert.Equal(0, id));
        Assert.Equal((0, 0, 0), (with.Find(1).Share, with.Find(1).OwnPixels, with.Find(1).VisiblePixels));
    }

    [Fact]
    public void RenderWithIds_CutByTheEdge_SaysSo() =>
        Assert.True(new SceneRenderer().RenderWithIds(TestScenes.With(TestScenes.Actor(1, ActorKind.Car, 5, 3)), _front, 84, 84, 1).Find(1).TouchesEdge(84, 84));

    [Fact]
    public void Find_UnknownActor_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new SceneRenderer().RenderWithIds(TestScenes.Empty(), _front, 8, 8, 1).Find(3));
}
