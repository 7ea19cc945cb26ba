"""The twenty-five orders around today and three of tomorrow, and what happened to each."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from server.core.clock import whole_ms
from server.demo.field import Visit
from server.demo.orders import Story, site_row
from server.demo.shots import SHOTS, Photos
from server.demo.stage import Stage


class Stories:
    """Writes all stories into the stage's script."""

    def __init__(self, stage: Stage, photos: Photos) -> None:
        self.stage = stage
        self.photos = photos
        hour = stage.now.replace(minute=0, second=0, microsecond=0)
        self.next_hour = whole_ms(hour + timedelta(hours=1))

    def write(self) -> None:
        for story in self._all():
            story()

    def _all(self) -> Iterator[Callable[[], None]]:
        yield from (self.at_the_desk, self.waiting_for_technicians, self.on_the_road)
        yield from (self.on_site, self.parts_pending, self.disputed, self.unsigned)
        yield from (self.cancelled_at_work, self.low_rating, self.three_cracks)
        yield from (self.to_come, self.by_the_provider, self.done_with, self.tomorrow)

    def _story(self, key: str, site: str) -> Story:
        return Story(self.stage, key, site)

    def _window(self, hours: int, length: int = 2) -> tuple[datetime, datetime]:
        start = self.next_hour + timedelta(hours=hours)
        return start, start + timedelta(hours=length)

    def _visit(self, key: str, login: str, at: datetime) -> Visit:
        return Visit(self.stage, login, key, at, self.photos)

    def _check_in(self, visit: Visit, site: str, unit: str, by_hand: bool = False) -> Visit:
        row = site_row(site)
        return visit.check_in(unit, None if by_hand else (row[3], row[4]))

    def _shoot(self, visit: Visit, *places: int) -> Visit:
        for place in places:
            visit.photo(SHOTS[visit.order][1][place])
        return visit

    def _sent(
        self, key: str, site: str, login: str, at: datetime, unit: str, symptom: str, **more: str
    ) -> Visit:
        """An order that went the straight way to the site, where the technician arrives at `at`."""
        story = self._story(key, site)
        start = at - timedelta(minutes=20)
        story.received(at - timedelta(hours=20), unit, symptom, **more)
        story.contacted(at - timedelta(hours=19, minutes=35))
        story.given(at - timedelta(hours=18), login, start, start + timedelta(hours=2))
        if story.desk == "dispatcher":
            story.approved(at - timedelta(hours=17, minutes=30))
        story.on_phone(at - timedelta(hours=17), login)
        visit = self._visit(key, login, at - timedelta(minutes=80))
        visit.accept().set_off()
        visit.at = at
        return self._check_in(visit, site, unit)

    def at_the_desk(self) -> None:
        ago = self.stage.ago
        self._story("overdue", "lujian-1").received(
            ago(minutes=95), "LC75-0002", "发动机加不上油，冒黑烟，挖掘无力。", urgency="normal"
        )
        self._story("fresh", "huaihai-2").received(
            ago(minutes=18), "LC215-0002", "左行走不动，右边正常，早上还好的。", channel="wechat"
        )
        week = self._story("warranty-week", "zhongtie-1")
        week.received(ago(hours=4), "LC365H-0001", "大臂自己往下掉，停机一会儿铲斗就落地了。")
        week.contacted(ago(hours=3, minutes=40), "已联系周工，下午机器停在 3 标料场。")
        slew = self._story("slew-brake", "lujian-2")
        slew.received(ago(hours=5), "LC215-0001", "回转停不住，松手柄后还要转小半圈。")
        slew.contacted(ago(hours=4, minutes=50), "客户同意今天上门，堤上单行，进场前打电话。")
        hose = self._story("hose-burst", "huaihai-1")
        hose.received(ago(hours=3), "LC490-0003", "铲斗油管爆了，液压油喷得到处都是，已经停机。")
        hose.contacted(ago(hours=2, minutes=45)).booked(ago(hours=2), *self._window(2))

    def waiting_for_technicians(self) -> None:
        ago = self.stage.ago
        waiting = self._story("approval", "huaihai-1")
        waiting.received(ago(hours=6), "LC215-0007", "空调不制冷，驾驶室 40 多度。")
        waiting.contacted(ago(hours=5, minutes=30))
        waiting.given(ago(minutes=50), "engineer2", *self._window(3))
        urgent = self._story("urgent", "zhongtie-2")
        urgent.received(
            ago(hours=2),
            "LC75-0001",
            "停在车道上发动不了，交警催着挪车。",
            urgency="urgent",
            severity="l3",
        )
        urgent.contacted(ago(hours=1, minutes=52), "十万火急，先派人。")
        urgent.given(ago(hours=1, minutes=45), "engineer3", *self._window(0, 1))
        urgent.on_phone(ago(hours=1, minutes=44), "engineer3")
        unseen = self._story("not-on-phone", "lujian-3")
        unseen.received(ago(hours=8), "LC215-0003", "显示屏报 E-1024，转速只能到 1200。")
        unseen.contacted(ago(hours=7, minutes=35)).given(ago(hours=1), "engineer", *self._window(5))
        unseen.approved(ago(minutes=40))
        third = self._story("third-repair", "huaihai-1")
        third.received(
            ago(hours=22),
            "LC365H-0002",
            "主泵又有异响，已经修过两次了，这次要彻底解决。",
            severity="l3",
        )
        third.contacted(ago(hours=21, minutes=40), "客户情绪较大，务必准时。")
        third.given(ago(hours=20), "engineer", *self._window(0))
        third.approved(ago(hours=19)).on_phone(ago(hours=18, minutes=58), "engineer")
        third.noted(ago(hours=18), "第三次维修，请带上压力表和铁屑取样瓶，先取油样再拆。")
        self._visit("third-repair", "engineer", ago(hours=17)).accept()
        ready = self._story("ready", "zhongtie-1")
        ready.received(ago(hours=26), "LC215-0004", "斗杆油缸缩不回来，有时候要点两下。")
        ready.contacted(ago(hours=25, minutes=30)).given(ago(hours=4), "engineer", *self._window(2))
        ready.approved(ago(hours=3, minutes=30)).on_phone(ago(hours=3, minutes=29), "engineer")

    def on_the_road(self) -> None:
        ago = self.stage.ago
        road = self._story("travelling", "jinbei-2")
        road.received(ago(hours=9), "LC365H-0007", "履带右侧张紧不住，走一会儿就松。")
        road.contacted(ago(hours=8, minutes=45)).given(ago(hours=8), "engineer5", *self._window(0))
        road.on_phone(ago(hours=7, minutes=59), "engineer5")
        self._visit("travelling", "engineer5", ago(minutes=70)).accept(40).set_off()

    def on_site(self) -> None:
        visit = self._sent(
            "on-site",
            "qinling-1",
            "engineer8",
            self.stage.ago(minutes=68),
            "LC365H-0006",
            "中央回转那里漏油，油压上不来。",
        )
        self._shoot(visit, 0, 1)
        visit.record(
            fault="HYD-HOSE-BURST", failure_mode="爆裂", onset="运行中", running_hours=5120
        )
        visit.record(
            diagnosis="中央回转接头上方高压软管与支架干涉磨破，爆裂口约 30 mm，液压油损失约 40 L。"
        )

    def parts_pending(self) -> None:
        """A major failure: its work report is written, the failed part has to come back."""
        visit = self._sent(
            "parts-pending",
            "taihang-1",
            "engineer6",
            self.stage.ago(hours=26),
            "LC950-0002",
            "发动机突然熄火，再起动有金属敲击声。",
            severity="l3",
        )
        self._shoot(visit, 0, 1)
        visit.record(
            fault="ENG-FAIL", failure_mode="烧损", onset="运行中", running_hours=9875,
            diagnosis="第 3 缸连杆瓦烧损抱轴，曲轴拉伤，油底壳有大量铜屑，发动机总成须更换。",
            work_report="到场机油液位低于下限，油底壳放油见铜屑，拆检第 3 缸连杆瓦烧损、曲轴拉伤。机油滤清器旁通阀卡在常开位，"
            "初步判断为润滑不足。已拍照留证，建议更换发动机总成，旧机返厂由质量部分析旁通阀。",
        )  # fmt: skip
        visit.part_must_return("ENG-FAIL").diagnosed().await_parts(
            "需矿用发动机总成一台，车上无货，总部调拨约 2 天。"
        ).leave("parts_pending")
        self._story("parts-pending", "taihang-1").noted(
            self.stage.ago(minutes=50),
            "总部已装车，专车明天上午送矿，已告知任矿长。旧发动机随车返厂。",
        )

    def disputed(self) -> None:
        visit = self._sent(
            "disputed",
            "lujian-1",
            "engineer2",
            self.stage.ago(hours=5),
            "LC215-0006",
            "斗齿掉了两个，其余磨得差不多了，要求全换。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="GET-TOOTH",
            failure_mode="磨损",
            running_hours=2860,
            diagnosis="5 只斗齿磨损到限，其中 1 只脱落，齿座完好。",
        )
        visit.diagnosed().part("60400102", 5).part("60400104", 5)
        self._shoot(visit, 1)
        visit.record(
            work_done="更换标准型斗齿 5 只、斗齿销 5 只。", test_result="试挖 10 斗，齿销无松动。"
        )
        visit.repaired().present().disputed(
            "斗齿属于保修期内的件，不应该收费；上次销售说过首保送一套。"
        )

    def unsigned(self) -> None:
        visit = self._sent(
            "unsigned",
            "qinling-2",
            "engineer9",
            self.stage.ago(hours=6),
            "LC215-0005",
            "铲斗油缸杆子上有油，越来越多。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="CYL-LEAK",
            failure_mode="渗漏",
            running_hours=4130,
            diagnosis="铲斗油缸防尘圈老化、主密封唇口磨损。",
        )
        visit.diagnosed().part("60100106").part("60100404", 6)
        self._shoot(visit, 1)
        visit.record(
            work_done="更换铲斗油缸密封组件 1 套，补充液压油 6 L。",
            test_result="满载动作 10 次无渗漏。",
        )
        visit.repaired().present().unsigned(
            "absent", "现场负责人去指挥部开会，电话未接通。", "门卫老杨"
        ).leave()

    def cancelled_at_work(self) -> None:
        arrived = self.stage.ago(hours=3)
        visit = self._sent(
            "cancelled-at-work",
            "qinling-1",
            "engineer10",
            arrived,
            "LC75-0003",
            "发动机高温报警，加水也不行。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="COL-RAD",
            failure_mode="堵塞",
            running_hours=1650,
            diagnosis="散热器外部被柳絮和泥浆糊死，节温器正常。",
        )
        self._story("cancelled-at-work", "qinling-1").cancelled(
            arrived + timedelta(minutes=20), "客户来电说自己处理好了，不用来了。"
        )
        visit.at = arrived + timedelta(minutes=50)
        visit.record(work_done="高压水枪反向冲洗散热器，清理导风罩，水温恢复到 86 ℃。").diagnosed()

    def low_rating(self) -> None:
        visit = self._sent(
            "low-rating",
            "huaihai-2",
            "engineer4",
            self.stage.ago(hours=7),
            "LC215-0008",
            "动臂软管漏油，约好上午来的。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="HYD-HOSE-LEAK",
            failure_mode="渗漏",
            running_hours=3980,
            diagnosis="动臂软管扣压处渗油，外胶层龟裂。",
        )
        visit.diagnosed().part("60100301").part("60100404", 4)
        self._shoot(visit, 1)
        visit.record(work_done="更换高压软管 1 根，补油 4 L。", test_result="保压 15 分钟无渗漏。")
        visit.repaired().present()
        visit.signed("周志东", "施工员", 2, "说好九点，十一点半才到，工地停了半天。").leave()

    def three_cracks(self) -> None:
        """Three units of one batch, the same crack at the same place within thirty days."""
        where = "动臂右侧腹板在油缸铰点前方约 300 mm 处开裂，沿焊缝热影响区扩展。"
        tasks = (
            ("crack-north", "jinbei-1", "engineer5", 12 * 24, "LC365H-0004", "郝志刚", "项目经理", 4, None),
            ("crack-lunan", "lujian-1", "engineer3", 5 * 24, "LC365H-0005", "孔祥东", "设备经理", 4, "同批次还有别的机器裂吗？"),
            ("signed", "zhongtie-2", "engineer", 5, "LC365H-0003", "周建国", "机电主管", 5, "来得及时，讲得清楚，焊得漂亮。"),
        )  # fmt: skip
        for key, site, login, hours, unit, name, title, rating, comment in tasks:
            symptom = "大臂右边裂了一道缝，干活时能听到响。"
            visit = self._sent(
                key, site, login, self.stage.ago(hours=hours), unit, symptom, severity="l3"
            )
            last = len(SHOTS[key][1]) - 1
            self._shoot(visit, *range(last))
            visit.record(
                fault="FNT-CRACK-BOOM", failure_mode="开裂", onset="运行中", running_hours=1180 + hours,
                diagnosis=f"{where}裂纹长 210 mm，着色探伤确认两端各延伸约 15 mm，未贯穿下翼板。",
            )  # fmt: skip
            visit.diagnosed().part("60400110")
            self._shoot(visit, last)
            visit.record(
                work_done="裂纹两端钻止裂孔，开坡口清根，分层补焊并锤击消应力，内侧贴焊补强板 1 块，打磨后喷底漆。",
                test_result="焊后冷却复探无裂纹；满载举升 20 次，应变无异常。",
            )  # fmt: skip
            visit.repaired().present().signed(name, title, rating, comment).leave()
        self._story("crack-north", "jinbei-1").closed(self.stage.ago(days=10))

    def to_come(self) -> None:
        ago = self.stage.ago
        plan = self._story("agreement", "taihang-1")
        plan.received(
            ago(hours=30),
            "LC490-0001",
            "维保协议 WB-2026-018 第 3 次定期保养：换三滤、机油，检查销轴间隙。",
            type="maintenance",
            channel="phone",
        )
        plan.contacted(ago(hours=29, minutes=45), "已与史值班长约定，须提前报备入矿。")
        plan.given(ago(hours=28), "engineer6", *self._window(20, 4)).on_phone(
            ago(hours=27), "engineer6"
        )
        new = self._story("commissioning", "mengyuan-1")
        new.received(
            ago(hours=50),
            "LC1250-0001",
            "新机到场，组装完毕，请来调试交机并培训 2 名司机。",
            type="commissioning",
            channel="email",
        )
        new.contacted(ago(hours=49, minutes=30)).given(
            ago(hours=30), "engineer11", *self._window(44, 8)
        )
        new.on_phone(ago(hours=29), "engineer11")

    def tomorrow(self) -> None:
        """What a technician looks at the evening before; taken in last, so numbered last."""
        tasks = (
            ("recall-visit", "zhongtie-2", "LC365H-0008", 9, "recall", "召回 ZH-2026-03：动臂右腹板探伤补强。"),
            ("maintenance", "lujian-2", "LC490-0005", 13, "maintenance", "2000 小时保养：换三滤、机油，测主泵压力和动臂沉降。"),
            ("second-visit", "huaihai-2", "LC215-0008", 16, "repair", "上次换的软管接头又有点渗，来复查一下。"),
        )  # fmt: skip
        for number, (key, site, unit, hour, kind, symptom) in enumerate(tasks):
            at = self.stage.ago(minutes=16 - number)
            start = self.stage.moment(1, hour)
            story = self._story(key, site).received(at, unit, symptom, type=kind)
            story.contacted(at + timedelta(minutes=1))
            story.given(at + timedelta(minutes=2), "engineer", start, start + timedelta(hours=2))
            story.approved(at + timedelta(minutes=3))
            story.on_phone(at + timedelta(minutes=4), "engineer")

    def by_the_provider(self) -> None:
        visit = self._sent(
            "provider",
            "mengyuan-2",
            "engineer12",
            self.stage.ago(hours=28),
            "LC950-0001",
            "斗齿磨没了，挖不动岩石。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="GET-TOOTH",
            failure_mode="磨损",
            running_hours=8642,
            diagnosis="5 只矿用斗齿磨损到限，缺 1 只，齿座完好。",
        )
        visit.diagnosed().part("60400103", 5)
        self._shoot(visit, 1)
        visit.record(
            work_done="更换矿用斗齿 5 只，检查齿座焊缝无裂纹。", test_result="试挖一个循环正常。"
        )
        visit.repaired().present().signed("任志国", "机电队长", 4).leave()

    def done_with(self) -> None:
        ago = self.stage.ago
        phone = self._story("by-phone", "export-1")
        phone.received(
            ago(hours=31),
            "LC490-0004",
            "Engine starts but will not rev up. Display shows a safety lock symbol.",
            channel="email",
        )
        phone.solved_by_phone(
            ago(hours=30, minutes=20),
            "Safety lever was not fully down; the operator released it and the engine revs normally.",
        )
        visit = self._sent(
            "closed",
            "zhongtie-1",
            "engineer4",
            ago(hours=49),
            "LC215-0009",
            "斗杆油缸漏油，地上一摊。",
        )
        self._shoot(visit, 0)
        visit.record(
            fault="CYL-LEAK",
            failure_mode="渗漏",
            running_hours=5230,
            diagnosis="斗杆油缸主密封唇口撕裂，杆面完好。",
        )
        visit.diagnosed().part("60100105").part("60100404", 8)
        self._shoot(visit, 1, 2)
        visit.record(
            work_done="更换斗杆油缸密封组件 1 套，清洁杆面，补油 8 L。",
            test_result="满载试机 20 分钟无渗漏。",
        )
        visit.repaired().present().signed("周建国", "机电主管", 5).leave()
        self._story("closed", "zhongtie-1").closed(ago(hours=24))
